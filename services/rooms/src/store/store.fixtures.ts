import { afterAll, beforeAll } from 'bun:test'
import type { Db } from '@matinee/db'
import { createSeededIds } from '@matinee/kernel'
import { create } from '../domain/create'
import { ana, ben, noonMs, plan } from '../domain/domain.fixtures'
import { join } from '../domain/entry'
import type { Person } from '../domain/room'
import type { approve } from '../domain/waiting'
import { createRoomStore } from './room-store'
import type { Tables } from './tables'

/** Opens a database of its own for a suite. */
export type Open = () => Promise<{ readonly db: Db; readonly tables: Tables }>

/** For one suite on one database: what its tests make rooms with, and look at them. To be called inside `describe`. */
export function storeFixture(open: Open) {
  const ids = createSeededIds(7)
  let database: Awaited<ReturnType<Open>>
  const outbox = { published: 0, failing: false }

  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.db.close())

  const announcer = {
    async record(tx: Parameters<Parameters<Db['transaction']>[0]>[0], fact: { type: string; data: unknown }) {
      if (outbox.failing) throw new Error('the outbox is broken')
      await tx.insert(database.tables.outbox).values({ id: ids.uuid(), type: fact.type, data: fact.data, createdAtMs: noonMs })
    },
    published: () => void outbox.published++,
  }
  const storeOf = () => createRoomStore({ ...database, announcer })

  /** A store with one new room of Ana's in it. */
  async function setup(wanted: typeof plan = plan, createdAtMs = noonMs) {
    const store = storeOf()
    const decision = create({ ...wanted, id: ids.uuid(), code: ids.text('0123456789ABCDEF', 8) }, ana, createdAtMs)
    await store.create(decision)
    const { room } = decision
    return {
      store,
      room,
      enter: (person: Person, shown: 'nothing' | 'right' = 'nothing') =>
        store.update(room.id, [person.userId], (scene) => join(scene, person, { shown, nowMs: noonMs })),
      rule: (by: typeof approve, userId = ben.userId) =>
        store.update(room.id, [ana.userId, userId], (scene) => by(scene, { hostId: ana.userId, userId, nowMs: noonMs })),
      look: async (...people: Person[]) => {
        const sight = await store.find(
          room.code,
          people.map(({ userId }) => userId),
        )
        if (!sight) throw new Error('the room is gone')
        return sight
      },
      announced: async () => {
        const rows = await database.db.reader.select().from(database.tables.outbox)
        return rows.filter(({ data }) => JSON.stringify(data).includes(room.id))
      },
    }
  }

  return { ids, outbox, storeOf, setup, database: () => database }
}

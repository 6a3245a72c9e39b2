import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Db } from '@matinee/db'
import { createSeededIds, Refusal } from '@matinee/kernel'
import { eq } from 'drizzle-orm'
import { create } from '../domain/create'
import { unchanged } from '../domain/decision'
import { ana, approvalPlan, ben, eve, noonMs, passwordPlan, plan } from '../domain/domain.fixtures'
import { join } from '../domain/entry'
import { close, leave } from '../domain/leaving'
import type { Person, Room, Scene } from '../domain/room'
import { update } from '../domain/settings'
import { approve, deny } from '../domain/waiting'
import { createRoomStore } from './room-store'
import type { Tables } from './tables'

/** Holds a room store on some database to the promises of its port. */
export function roomStoreContract(name: string, open: () => Promise<{ readonly db: Db; readonly tables: Tables }>): void {
  describe(`a room store on ${name}`, () => {
    const ids = createSeededIds(7)
    let db: Db
    let tables: Tables
    let published = 0
    let failing = false

    beforeAll(async () => {
      ;({ db, tables } = await open())
    })
    afterAll(() => db.close())

    const announcer = {
      async record(tx: Parameters<Parameters<Db['transaction']>[0]>[0], fact: { type: string; data: unknown }) {
        if (failing) throw new Error('the outbox is broken')
        await tx.insert(tables.outbox).values({ id: ids.uuid(), type: fact.type, data: fact.data, createdAtMs: noonMs })
      },
      published: () => void published++,
    }
    const storeOf = () => createRoomStore({ db, tables, announcer })

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
          const rows = await db.reader.select().from(tables.outbox)
          return rows.filter(({ data }) => JSON.stringify(data).includes(room.id))
        },
      }
    }

    test('a room comes back as it went in', async () => {
      const { look, room } = await setup({ ...passwordPlan, name: 'Fête ÉLAN 😀', medium: { provider: 'youtube', id: 'dQw4w9WgXcQ' } })

      const sight = await look(ana, ben)

      expect(sight.room).toEqual(room)
      expect(sight.people).toEqual([
        {
          ...ana,
          roomId: room.id,
          standing: 'APPROVED',
          role: 'host',
          joinedAtMs: noonMs,
          standingSinceMs: noonMs,
          lastHeartbeatMs: null,
          namedAtMs: 0,
          version: 1,
        },
      ])
    })

    test('[RM1] a code that is taken is refused, and nothing is written', async () => {
      const { store, room, announced } = await setup()
      const other = create({ ...plan, id: ids.uuid(), code: room.code }, ben, noonMs)

      expect(await store.create(other)).toBe(false)
      expect((await store.find(room.code, [ben.userId]))?.people).toEqual([])
      expect(await announced()).toHaveLength(2)
    })

    test('[RM6] [RM7] a change and its announcement are committed together, with the version', async () => {
      const { enter, look, announced } = await setup()
      const before = published

      const scene = await enter(ben)

      expect(scene.people).toMatchObject([{ userId: ben.userId, standing: 'APPROVED', version: 2 }])
      expect(await look(ben)).toEqual({ room: scene.room, people: scene.people })
      expect((await announced()).map(({ data }) => data)).toContainEqual({
        participant: expect.objectContaining({ user_id: ben.userId, version: 2 }),
      })
      expect(published).toBe(before + 1)
    })

    test('[RM7] what changes nothing writes and announces nothing', async () => {
      const { enter, look, announced } = await setup()
      const first = await enter(ben)
      const before = published

      const again = await enter({ ...ben, displayName: 'Benjamin' })

      expect(again).toEqual(first)
      expect((await look()).room.counter).toBe(2)
      expect(await announced()).toHaveLength(3)
      expect(published).toBe(before)
    })

    test('a decision that throws commits nothing and rethrows', async () => {
      const { store, room, look } = await setup()
      const refused = store.update(room.id, [], () => {
        throw new Refusal('host_only')
      })

      await expect(refused).rejects.toThrow('Only the host')
      expect((await look()).room).toEqual(room)
    })

    test('an announcement that cannot be recorded takes the change back', async () => {
      const { store, room, look, enter } = await setup()
      failing = true

      const entering = await enter(ben).catch((error) => error)
      const creating = await store.create(create({ ...plan, id: ids.uuid(), code: 'ZZZZZZZZ' }, ben, noonMs)).catch((error) => error)
      failing = false

      expect(entering).toBeInstanceOf(Error)
      expect(creating).toBeInstanceOf(Error)
      expect(await look(ben)).toEqual({ room, people: [] })
      expect(await store.find('ZZZZZZZZ', [])).toBeUndefined()
    })

    test('a room that is not there is refused or not found', async () => {
      const { store } = await setup()

      await expect(store.update(ids.uuid(), [], unchanged)).rejects.toThrow('no such room')
      expect(await store.find('00000000', [])).toBeUndefined()
    })

    test('a decision is given the rows it asked for, tombstones included, and how many wait', async () => {
      const { store, room, enter, rule } = await setup(approvalPlan)
      await enter(ben)
      await enter(eve)
      await rule(deny)
      let seen: Scene | undefined

      await store.update(room.id, [ben.userId], (scene) => {
        seen = scene
        return unchanged(scene)
      })

      expect(seen?.people).toMatchObject([{ userId: ben.userId, standing: 'DENIED' }])
      expect(seen?.waiting).toBe(1)
    })

    test('fifty who join at once all get in, one version each', async () => {
      const { enter, look, room, announced } = await setup()
      const people = Array.from({ length: 50 }, (_, i) => ({ userId: ids.uuid(), displayName: `Guest ${i}`, isGuest: true }))

      await Promise.all(people.map((person) => enter(person)))

      const sight = await look(...people)
      expect(sight.room.counter).toBe(51)
      expect(sight.people.map((row) => row.version).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 2))
      expect(await announced()).toHaveLength(52)
      expect(sight.room.version).toBe(room.version)
    })

    test('one who joins ten times at once is announced once', async () => {
      const { enter, announced } = await setup()

      await Promise.all(Array.from({ length: 10 }, () => enter(ben)))

      expect(await announced()).toHaveLength(3)
    })

    test('[RM16] of two for the last place in the queue one gets it', async () => {
      const { enter } = await setup(approvalPlan)
      const crowd = Array.from({ length: 99 }, (_, i) => ({ userId: ids.uuid(), displayName: `Guest ${i}`, isGuest: true }))
      for (const person of crowd) await enter(person)

      const outcomes = await Promise.allSettled([enter(ben), enter(eve)])

      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    test.each([1, 2, 3, 4, 5])('[RM23] an approval and a denial at once: exactly one takes effect (round %d)', async (round) => {
      const { enter, rule, look, announced } = await setup(approvalPlan)
      await enter(ben)

      const rulings = round % 2 === 0 ? [approve, deny] : [deny, approve]
      const outcomes = await Promise.allSettled(rulings.map((by) => rule(by)))

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const ruled = (await announced()).map(({ type }) => type).filter((type) => /participant\.(approved|denied)/.test(type))
      const standing = (await look(ben)).people[0]?.standing
      expect(ruled.sort()).toEqual(
        ['rooms.participant.approved', standing === 'APPROVED' ? 'rooms.participant.approved' : 'rooms.participant.denied'].sort(),
      )
    })

    test('[RM52] the list: public, active rooms, newest first, page by page', async () => {
      await db.transaction(async (tx) => void (await tx.update(tables.rooms).set({ isActive: false })))
      const made: Room[] = []
      for (const atMs of [3, 1, 2, 2]) made.push((await setup(plan, noonMs + atMs)).room)
      await setup(approvalPlan)
      const { store, room: closing } = await setup()
      await store.update(closing.id, [ana.userId], (scene) => close(scene, ana.userId))
      const expected = made.toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1)).map(({ id }) => id)

      const first = await store.list({ limit: 2 })
      const rest = await store.list({ limit: 9, before: first[1] })

      expect([...first, ...rest].map(({ id }) => id)).toEqual(expected)
    })

    test.each([
      ['élan', 'Fête ÉLAN', true],
      ['FÊTE', 'Fête ÉLAN', true],
      ['100%', '100% film', true],
      ['1%0', '100% film', false],
      ['a_b', 'a_b', true],
      ['a_b', 'axb', false],
      ['!', 'wow!', true],
      ["'; drop table rooms; --", 'film', false],
      ['fi\0lm', 'film', true],
    ])('[RM52] searching %p in %p', async (query, roomName, found) => {
      const { store, room } = await setup({ ...plan, name: roomName })

      const rooms = await store.list({ query, limit: 100 })

      expect(rooms.some(({ id }) => id === room.id)).toBe(found)
    })

    test('[RM53] people come the host first, then by arrival, of the standings asked for', async () => {
      const { store, room, enter, rule } = await setup(approvalPlan, noonMs + 60_000)
      await enter(ben)
      await enter(eve)
      await rule(approve)

      expect((await store.people(room.id, ['APPROVED'], 9)).map((row) => row.userId)).toEqual([ana.userId, ben.userId])
      expect((await store.people(room.id, ['PENDING'], 9)).map((row) => row.userId)).toEqual([eve.userId])
      expect(await store.people(room.id, ['APPROVED', 'PENDING'], 1)).toHaveLength(1)
    })

    test('the places of a person are the open rooms with a live row', async () => {
      const person = { userId: ids.uuid(), displayName: 'Dan', isGuest: true }
      const [open, left, closed] = [await setup(), await setup(), await setup()]
      for (const { enter } of [open, left, closed]) await enter(person)
      await left.store.update(left.room.id, [person.userId], (scene) => leave(scene, person.userId, noonMs))
      await closed.store.update(closed.room.id, [ana.userId], (scene) => close(scene, ana.userId))

      expect(await open.store.placesOf(person.userId)).toEqual([open.room.id])
    })

    test('[RM73] a forgotten name is gone from every row', async () => {
      const { store, room, look, enter } = await setup()
      await enter(ben)

      await store.forget(ana.userId, 'Deleted user')

      const sight = await look(ana, ben)
      expect(sight.room).toEqual({ ...room, counter: 2, host: { ...ana, displayName: 'Deleted user' } })
      expect(sight.people.map((row) => row.displayName).sort()).toEqual(['Ben', 'Deleted user'])
    })

    test('[RM70] heartbeats are noted without a new version, and never set back', async () => {
      const { store, room, look, enter } = await setup()
      await enter(ben)
      const heartbeats = async () => (await look(ana, ben)).people.map((row) => row.lastHeartbeatMs).sort()

      await store.seen([
        { code: room.code, userIds: [ana.userId], atMs: noonMs + 5 },
        { code: 'NOSUCHCD', userIds: [ana.userId], atMs: noonMs },
      ])
      await store.seen([{ code: room.code, userIds: [ana.userId, ben.userId, eve.userId], atMs: noonMs + 1 }])

      expect(await heartbeats()).toEqual([noonMs + 1, noonMs + 5])
      expect((await look()).room.counter).toBe(2)
    })

    test('[RM70] a change of a row keeps the heartbeat noted meanwhile', async () => {
      const { store, room, look, enter } = await setup()
      await enter(ben)
      await store.seen([{ code: room.code, userIds: [ben.userId], atMs: noonMs + 5 }])

      await store.update(room.id, [ben.userId], (scene) => leave(scene, ben.userId, noonMs))

      expect((await look(ben)).people).toMatchObject([{ standing: 'LEFT', lastHeartbeatMs: noonMs + 5 }])
    })

    test('heartbeats of many rooms from several replicas do not block each other or what happens meanwhile', async () => {
      const made = await Promise.all(Array.from({ length: 60 }, () => setup()))
      await Promise.all(made.map(({ enter }) => enter(ben)))
      const seen = made.map(({ room }) => ({ code: room.code, userIds: [ana.userId, ben.userId], atMs: noonMs + 9 }))

      await Promise.all([
        storeOf().seen(seen),
        storeOf().seen(seen.toReversed()),
        ...made.map(({ store, room }) => store.update(room.id, [ana.userId], (scene) => update(scene, ana.userId, { name: 'Later' }))),
      ])

      const sights = await Promise.all(made.map(({ look }) => look(ana, ben)))
      expect(sights.flatMap(({ people }) => people.map((row) => row.lastHeartbeatMs))).toEqual(Array(120).fill(noonMs + 9))
    })

    test('the database refuses two rows of one person in a room', async () => {
      const { room } = await setup()
      const [row] = await db.reader.select().from(tables.participants).where(eq(tables.participants.roomId, room.id))
      if (!row) throw new Error('no row of the host')

      await expect(db.transaction(async (tx) => void (await tx.insert(tables.participants).values(row)))).rejects.toThrow()
    })
  })
}

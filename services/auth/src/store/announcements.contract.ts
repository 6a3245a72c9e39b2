import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createMemoryBus } from '@matinee/bus/memory'
import { createManualClock, createSeededIds, silentLog } from '@matinee/kernel'
import { createOutbox } from '@matinee/outbox'
import { type AuthFact, sessionRevoked, userRemoved } from '../domain/fact'
import { createAnnouncements } from './announcements'
import { type Dialect, noonMs, openStores, type Stores } from './store-setup'

const keptMs = 15 * 60_000

/** What is promised of announcements on every database. */
export const announcementsContract = (dialect: Dialect) =>
  describe(`announcements on ${dialect.name}`, () => {
    const ids = createSeededIds(31)
    let stores: Stores
    beforeAll(async () => {
      stores = await openStores(dialect, 31)
    })
    afterAll(() => stores.db.close())

    /** One replica whose facts are recorded, and wait for ever: its bus is closed. */
    async function setup() {
      const { db, tables } = stores
      await db.transaction(async (tx) => {
        await tx.delete(tables.announced)
        await tx.delete(tables.outbox)
      })
      const clock = createManualClock(noonMs)
      const bus = createMemoryBus({ clock, log: silentLog })
      await bus.close()
      const outbox = createOutbox({ db, table: tables.outbox, bus, clock, ids, log: silentLog, source: 'auth' })
      const announcements = createAnnouncements({ db, tables, outbox, clock, keptMs })
      return {
        clock,
        announcements,
        record: (...facts: readonly AuthFact[]) =>
          db.transaction(async (tx) => {
            for (const fact of facts) await announcements.record(tx, fact)
          }),
        waiting: () => db.reader.select().from(tables.outbox),
        /** As when all has been published. */
        publish: () => db.transaction(async (tx) => void (await tx.delete(tables.outbox))),
      }
    }

    test('[AU54] what is repeated is the same events, at the instants they had, however often', async () => {
      const { clock, announcements, record, waiting, publish } = await setup()
      await record(sessionRevoked('one', 'ben'), userRemoved('ben'))
      const told = await waiting()
      await publish()

      clock.advance(keptMs - 1)
      await announcements.repeat()
      await announcements.repeat()

      const byId = (rows: typeof told) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      expect(told).toHaveLength(2)
      expect(byId(await waiting())).toEqual(byId(told))
    })

    test('[AU54] what no token can contradict any more is neither repeated nor kept', async () => {
      const { clock, announcements, record, waiting, publish } = await setup()
      await record(sessionRevoked('old', 'ben'))
      clock.advance(1)
      await record(sessionRevoked('young', 'ben'))
      await publish()

      clock.advance(keptMs - 1)
      await announcements.repeat()
      await announcements.sweep(clock.nowMs())

      expect((await waiting()).map(({ data }) => data)).toEqual([sessionRevoked('young', 'ben').data])
      expect(await stores.db.reader.$count(stores.tables.announced)).toBe(1)
    })

    test('[AU54] the names of somebody who was erased are not kept', async () => {
      const { announcements, record, waiting, publish } = await setup()
      const named = (user_id: string): AuthFact => ({
        type: 'auth.user.updated',
        data: { user_id, display_name: 'Evelyn', is_guest: true },
      })
      await record(named('eve'), named('ben'), sessionRevoked('one', 'eve'), userRemoved('eve'))
      await publish()

      await announcements.repeat()

      const types = (await waiting()).map(({ type, data }) => [type, JSON.stringify(data).includes('eve')])
      expect(types.toSorted()).toEqual([
        ['auth.session.revoked', true],
        ['auth.user.removed', true],
        ['auth.user.updated', false],
      ])
    })

    test('[AU54] more than one transaction holds is repeated whole', async () => {
      const { announcements, record, waiting, publish } = await setup()
      await record(...Array.from({ length: 1_001 }, (_, at) => sessionRevoked(`session-${at}`, 'ben')))
      await publish()

      await announcements.repeat()

      expect(await waiting()).toHaveLength(1_001)
    })
  })

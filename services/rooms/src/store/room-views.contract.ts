import { describe, expect, test } from 'bun:test'
import { ana, approvalPlan, ben, eve, noonMs, plan } from '../domain/domain.fixtures'
import { close, leave } from '../domain/leaving'
import type { Room } from '../domain/room'
import { update } from '../domain/settings'
import { approve } from '../domain/waiting'
import { type Open, storeFixture } from './store.fixtures'

/** Holds a room store on some database to the promises of its port about lists, people and heartbeats. */
export function roomViewsContract(name: string, open: Open): void {
  describe(`lists and people on ${name}`, () => {
    const { ids, storeOf, setup, database } = storeFixture(open)

    test('[RM52] the list: public, active rooms, newest first, page by page', async () => {
      const { db, tables } = database()
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
      expect(sight.room).toEqual({ ...room, counter: 2, name: 'Deleted user’s room', host: { ...ana, displayName: 'Deleted user' } })
      expect(sight.people.map((row) => row.displayName).sort()).toEqual(['Ben', 'Deleted user'])
    })

    test('[RM70] heartbeats are noted without a new version, and never set back', async () => {
      const { store, room, look, enter } = await setup()
      await enter(ben)
      const heartbeats = async () => (await look(ana, ben)).people.map((row) => row.lastHeartbeatMs).sort()

      await store.seen(
        [
          { code: room.code, userIds: [ana.userId] },
          { code: 'NOSUCHCD', userIds: [ana.userId] },
        ],
        noonMs + 5,
      )
      await store.seen([{ code: room.code, userIds: [ana.userId, ben.userId, eve.userId] }], noonMs + 1)

      expect(await heartbeats()).toEqual([noonMs + 1, noonMs + 5])
      expect((await look()).room.counter).toBe(2)
    })

    test('[RM70] a change of a row keeps the heartbeat noted meanwhile', async () => {
      const { store, room, look, enter } = await setup()
      await enter(ben)
      await store.seen([{ code: room.code, userIds: [ben.userId] }], noonMs + 5)

      await store.update(room.id, [ben.userId], (scene) => leave(scene, ben.userId, noonMs))

      expect((await look(ben)).people).toMatchObject([{ standing: 'LEFT', lastHeartbeatMs: noonMs + 5 }])
    })

    test('[RM70] who is seen in one room is not taken for seen in another, and thousands are seen at once', async () => {
      const [here, there] = [await setup(), await setup()]
      await Promise.all([here.enter(ben), there.enter(ben)])
      const strangers = Array.from({ length: 2_500 }, () => ids.uuid())

      await here.store.seen(
        [
          { code: here.room.code, userIds: [...strangers, ben.userId] },
          { code: there.room.code, userIds: [...strangers, ana.userId] },
        ],
        noonMs + 7,
      )

      expect((await here.look(ben)).people).toMatchObject([{ lastHeartbeatMs: noonMs + 7 }])
      expect((await there.look(ben)).people).toMatchObject([{ lastHeartbeatMs: null }])
      expect((await there.look(ana)).people).toMatchObject([{ lastHeartbeatMs: noonMs + 7 }])
    })

    test('heartbeats of many rooms from several replicas do not block each other or what happens meanwhile', async () => {
      const made = await Promise.all(Array.from({ length: 60 }, () => setup()))
      await Promise.all(made.map(({ enter }) => enter(ben)))
      const seen = made.map(({ room }) => ({ code: room.code, userIds: [ana.userId, ben.userId] }))

      await Promise.all([
        storeOf().seen(seen, noonMs + 9),
        storeOf().seen(seen.toReversed(), noonMs + 9),
        ...made.map(({ store, room }) => store.update(room.id, [ana.userId], (scene) => update(scene, ana.userId, { name: 'Later' }))),
      ])

      const sights = await Promise.all(made.map(({ look }) => look(ana, ben)))
      expect(sights.flatMap(({ people }) => people.map((row) => row.lastHeartbeatMs))).toEqual(Array(120).fill(noonMs + 9))
    })
  })
}

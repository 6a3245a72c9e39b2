import { describe, expect, test } from 'bun:test'
import { Refusal } from '@matinee/kernel'
import { eq } from 'drizzle-orm'
import { create } from '../domain/create'
import { unchanged } from '../domain/decision'
import { ana, approvalPlan, ben, eve, noonMs, passwordPlan, plan } from '../domain/domain.fixtures'
import type { Scene } from '../domain/room'
import { approve, deny } from '../domain/waiting'
import { type Open, storeFixture } from './store.fixtures'

/** Holds a room store on some database to the promises of its port about changes. */
export function roomStoreContract(name: string, open: Open): void {
  describe(`a room store on ${name}`, () => {
    const { ids, outbox, setup, database } = storeFixture(open)

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
          isModerator: false,
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
      const before = outbox.published

      const scene = await enter(ben)

      const people = scene.people.filter(({ userId }) => userId === ben.userId)
      expect(people).toMatchObject([{ standing: 'APPROVED', version: 2 }])
      expect(await look(ben)).toEqual({ room: scene.room, people })
      expect((await announced()).map(({ data }) => data)).toContainEqual({
        participant: expect.objectContaining({ user_id: ben.userId, version: 2 }),
      })
      expect(outbox.published).toBe(before + 1)
    })

    test('[RM7] what changes nothing writes and announces nothing', async () => {
      const { enter, look, announced } = await setup()
      const first = await enter(ben)
      const before = outbox.published

      const again = await enter({ ...ben, displayName: 'Benjamin' })

      expect(again).toEqual(first)
      expect((await look()).room.counter).toBe(2)
      expect(await announced()).toHaveLength(3)
      expect(outbox.published).toBe(before)
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
      outbox.failing = true

      const entering = await enter(ben).catch((error) => error)
      const creating = await store.create(create({ ...plan, id: ids.uuid(), code: 'ZZZZZZZZ' }, ben, noonMs)).catch((error) => error)
      outbox.failing = false

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

    test('a decision is given the rows it asked for, tombstones included, those of host and owner, and how many wait', async () => {
      const { store, room, enter, rule } = await setup(approvalPlan)
      await enter(ben)
      await enter(eve)
      await rule(deny)
      let seen: Scene | undefined

      await store.update(room.id, [ben.userId], (scene) => {
        seen = scene
        return unchanged(scene)
      })

      const rows = seen?.people.toSorted((one, other) => (one.userId < other.userId ? -1 : 1))
      expect(rows).toMatchObject([
        { userId: ana.userId, role: 'host' },
        { userId: ben.userId, standing: 'DENIED' },
      ])
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

    test('the database refuses two rows of one person in a room', async () => {
      const { room } = await setup()
      const { db, tables } = database()
      const [row] = await db.reader.select().from(tables.participants).where(eq(tables.participants.roomId, room.id))
      if (!row) throw new Error('no row of the host')

      await expect(db.transaction(async (tx) => void (await tx.insert(tables.participants).values(row)))).rejects.toThrow()
    })
  })
}

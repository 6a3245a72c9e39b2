import { describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { ana, ben, eve, noonMs } from '../domain/domain.fixtures'
import { setRole, succeed, transfer } from '../domain/hosting'
import { leave } from '../domain/leaving'
import { chooseMedium, update } from '../domain/settings'
import { type Open, storeFixture } from './store.fixtures'

/** Holds a room store on some database to keeping who hosts, owns and moderates, and how the room plays. */
export function hostingContract(name: string, open: Open): void {
  describe(`hosts and playback settings on ${name}`, () => {
    const { setup, database } = storeFixture(open)

    /** Ana's room with Ben, whom she made a moderator, and Eve. */
    async function moderated() {
      const party = await setup()
      await party.enter(ben)
      await party.enter(eve)
      const appoint = { byId: ana.userId, userId: ben.userId, role: 'moderator' } as const
      await party.store.update(party.room.id, [ben.userId], (scene) => setRole(scene, appoint))
      return party
    }

    test('[RM7] settings are found as they were committed', async () => {
      const { store, room, enter, look } = await setup()
      await enter(ben)
      const settings = {
        control: 'moderators',
        waitForReady: true,
        pauseForStalled: true,
        playbackPolicy: { max_rate_change: 0.08, correct_from_ms: 60 },
        successorId: ben.userId,
      } as const
      const medium = { provider: 'youtube', id: 'dQw4w9WgXcQ' }
      const by = { userId: ben.userId, commandId: 'c "1"' }

      await store.update(room.id, [ben.userId], (scene) => update(scene, ana.userId, settings))
      const { room: told } = await store.update(room.id, [], (scene) => chooseMedium(scene, { medium, by }))

      const { room: found } = await look()
      expect(found).toEqual(told)
      expect(found).toMatchObject({ ...settings, medium, mediumBy: by, choices: [by] })
    })

    test('[RM90] [RM92] who acts as host, who owns and who moderates is found as it was committed', async () => {
      const { store, room, look } = await moderated()

      await store.update(room.id, [ben.userId], (scene) => succeed(scene, { hostId: ana.userId, present: [ben.userId] }))
      const acting = await look(ana, ben)
      await store.update(room.id, [eve.userId], (scene) => transfer(scene, { byId: ana.userId, userId: eve.userId }))
      const given = await look(ana, ben, eve)

      const roles = ({ people }: typeof acting) => Object.fromEntries(people.map((row) => [row.displayName, row.role]))
      expect([acting.room.host, acting.room.ownerId]).toEqual([ben, ana.userId])
      expect(roles(acting)).toEqual({ Ana: 'member', Ben: 'host' })
      expect([given.room.host, given.room.ownerId]).toEqual([eve, eve.userId])
      expect(roles(given)).toEqual({ Ana: 'member', Ben: 'moderator', Eve: 'host' })
    })

    test('[RM92] who acted as host and leaves has left, and the owner is host', async () => {
      const { store, room, look } = await moderated()
      await store.update(room.id, [ben.userId], (scene) => succeed(scene, { hostId: ana.userId, present: [ben.userId] }))

      const told = await store.update(room.id, [ben.userId], (scene) => leave(scene, ben.userId, noonMs))

      const found = await look(ana, ben)
      expect(found.room).toEqual(told.room)
      expect(found.room.host).toEqual(ana)
      expect(Object.fromEntries(found.people.map((row) => [row.displayName, [row.standing, row.role]]))).toEqual({
        Ana: ['APPROVED', 'host'],
        Ben: ['LEFT', 'member'],
      })
      expect((await store.people(room.id, ['APPROVED'], 9)).map((row) => row.displayName)).toEqual(['Ana', 'Eve'])
    })

    test('what a replica of the version before wrote belongs to its host, who alone controls it', async () => {
      const { store, room, look } = await setup()
      const { db, tables } = database()
      const nothing = { ownerId: null, control: null, waitForReady: null, pauseForStalled: null, playbackPolicy: null, choices: null }
      await db.transaction(async (tx) => {
        await tx.update(tables.rooms).set(nothing).where(eq(tables.rooms.id, room.id))
        await tx.update(tables.participants).set({ isModerator: null }).where(eq(tables.participants.roomId, room.id))
      })

      const found = await look(ana)

      expect(found.room).toEqual(room)
      expect(found.people).toMatchObject([{ role: 'host', isModerator: false }])
      expect((await store.people(room.id, ['APPROVED'], 9))[0]?.isModerator).toBe(false)
    })

    test('[RM53] moderators come in the order of their arrival, as members do', async () => {
      const { store, room } = await moderated()

      const people = await store.people(room.id, ['APPROVED'], 9)

      expect(people.map((row) => row.displayName)).toEqual(['Ana', 'Ben', 'Eve'])
    })

    test('[RM73] a forgotten owner is gone from the name of the room in which another acted as host', async () => {
      const { store, room, look } = await moderated()
      await store.update(room.id, [ben.userId], (scene) => succeed(scene, { hostId: ana.userId, present: [ben.userId] }))

      await store.forget(ana.userId, 'Deleted user')

      expect((await look()).room).toMatchObject({ name: 'Deleted user’s room', host: ben })
    })
  })
}

import { describe, expect, test } from 'bun:test'
import { createSeededIds, Refusal } from '@matinee/kernel'
import { erase } from './accounts'
import { type Decision, unchanged } from './decision'
import { after, ana, ben, eve, noonMs, plan, roomOf } from './domain.fixtures'
import { join } from './entry'
import { setRole, succeed, transfer } from './hosting'
import { leave } from './leaving'
import { isLive, type Person, rowOf, type Scene } from './room'
import { update } from './settings'

const dan: Person = { userId: '0d000000-0000-4000-8000-00000000000d', displayName: 'Dan', isGuest: false }

/** What anybody may try in a room, about anybody. */
const attempts: readonly ((scene: Scene, by: Person, other: Person) => Decision)[] = [
  (scene, by) => join(scene, by, { shown: 'nothing', nowMs: noonMs }),
  (scene, _, other) => join(scene, other, { shown: 'nothing', nowMs: noonMs }),
  (scene, by) => leave(scene, by.userId, noonMs),
  (scene, by, { userId }) => setRole(scene, { byId: by.userId, userId, role: 'moderator' }),
  (scene, by, { userId }) => setRole(scene, { byId: by.userId, userId, role: 'member' }),
  (scene, by, { userId }) => transfer(scene, { byId: by.userId, userId }),
  (scene, by, { userId }) => update(scene, by.userId, { successorId: userId }),
  (scene, by, { userId }) => succeed(scene, { hostId: scene.room.host.userId, present: [by.userId, userId] }),
  (scene, by, { userId }) => succeed(scene, { hostId: userId, present: [by.userId] }),
]

/** What comes of a room in which much is tried, in an order that the seed chooses. */
function setup(seed: number) {
  const ids = createSeededIds(seed)
  function one<T>(of: readonly T[]): T {
    const found = of[Number.parseInt(ids.text('0123456789', 6), 10) % of.length]
    if (found === undefined) throw new Error('nothing to choose from')
    return found
  }
  const somebody = () => one([ana, ben, eve, dan])
  const tried = (scene: Scene): Decision => {
    try {
      return one(attempts)(scene, somebody(), somebody())
    } catch (error) {
      if (error instanceof Refusal) return unchanged(scene)
      throw error
    }
  }
  return { somebody, tried }
}

function expectSound({ room, people }: Scene): void {
  const standingOf = (userId: string) => people.find((row) => row.userId === userId)?.standing
  expect(people.filter(({ role }) => role === 'host').map(({ userId }) => userId)).toEqual([room.host.userId])
  expect([standingOf(room.host.userId), standingOf(room.ownerId)]).toEqual(['APPROVED', 'APPROVED'])
  expect(room.successorId).not.toBe(room.ownerId)
  if (room.successorId !== null) expect(standingOf(room.successorId)).toBe('APPROVED')
  expect(people.filter((row) => !isLive(row) && (row.role !== 'member' || row.isModerator))).toEqual([])
}

describe.each([1, 2, 3, 4, 5, 6])('whatever is tried, seed %i', (seed) => {
  test('[RM6] [RM91] [RM92] [RM96] one host, who is in, as the owner and the successor are; each change has its version', () => {
    const { tried } = setup(seed)
    let scene = roomOf(plan)

    for (let step = 0; step < 400; step++) {
      const decision = tried(scene)
      const written = decision.people.map(({ version }) => version)
      scene = after(scene, decision)

      expect(scene.room.counter).toBeGreaterThanOrEqual(Math.max(scene.room.version, ...written))
      expect(new Set(decision.people.map(({ userId }) => userId)).size).toBe(written.length)
      expectSound(scene)
    }

    expect(scene.room.counter).toBeGreaterThan(100)
  })

  test('[RM73] who is erased has no place, and its room is closed', () => {
    const { tried, somebody } = setup(seed)
    let scene = roomOf(plan)
    for (let step = 0; step < 60; step++) scene = after(scene, tried(scene))

    for (const { userId } of [somebody(), somebody(), ana]) {
      const erased = after(scene, erase(scene, userId, noonMs))

      expect(isLive(rowOf(erased, userId))).toBe(false)
      expect(erased.room.isActive).toBe(scene.room.ownerId !== userId)
      if (erased.room.isActive) expectSound(erased)
    }
  })
})

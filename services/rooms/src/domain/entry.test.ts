import { expect, test } from 'bun:test'
import { after, ana, approvalPlan, ben, eve, joined, noonMs, passwordPlan, plan, roomOf, standingOf, types } from './domain.fixtures'
import { deniedForMs, isGuarded, join, mostWaiting } from './entry'
import { close, leave } from './leaving'
import { rowOf, type Scene } from './room'
import { deny } from './waiting'

const nothing = { shown: 'nothing', nowMs: noonMs } as const

test('[RM10] in a public room one is approved at once', () => {
  const decision = join(roomOf(plan), ben, nothing)

  expect(decision.people).toMatchObject([{ ...ben, standing: 'APPROVED', role: 'member' }])
  expect(types(decision)).toEqual(['rooms.participant.approved'])
})

test('[RM11] in a private room one waits for the host', () => {
  const decision = join(roomOf(approvalPlan), ben, nothing)

  expect(decision.people).toMatchObject([{ ...ben, standing: 'PENDING' }])
  expect(types(decision)).toEqual(['rooms.participant.pending'])
})

test('[RM12] the right password lets in, a wrong or missing one does not', () => {
  const room = roomOf(passwordPlan)

  expect(join(room, ben, { ...nothing, shown: 'right' }).people).toMatchObject([{ standing: 'APPROVED' }])
  expect(() => join(room, ben, { ...nothing, shown: 'wrong' })).toThrow('room password is wrong')
  expect(() => join(room, ben, nothing)).toThrow('room password is wrong')
})

test.each([
  ['public', plan, 'nothing'],
  ['approval', approvalPlan, 'nothing'],
  ['password', passwordPlan, 'right'],
] as const)('[RM13] joining a %s room again changes nothing and needs no password', (_, wanted, shown) => {
  const scene = joined(roomOf(wanted), ben, shown)

  const again = join(scene, { ...ben, displayName: 'Benjamin' }, nothing)

  expect(again).toEqual({ room: scene.room, people: [], announced: [] })
})

test('[RM14] for ten minutes after a denial joining is refused and says when to ask again; then one may', () => {
  const denied = turnedDown(joined(roomOf(approvalPlan), ben))
  const early = () => join(denied, ben, { ...nothing, nowMs: noonMs + deniedForMs - 1 })

  expect(early).toThrow(expect.objectContaining({ code: 'denied', retryAfterMs: 1 }))
  expect(join(denied, ben, { ...nothing, nowMs: noonMs + deniedForMs }).people).toMatchObject([{ standing: 'PENDING' }])
})

test('[RM15] a closed room is refused, to those in it as well', () => {
  const scene = joined(roomOf(plan), ben)
  const closed = after(scene, close(scene, ana.userId))

  expect(() => join(closed, eve, nothing)).toThrow('closed')
  expect(() => join(closed, ben, nothing)).toThrow('closed')
})

test('[RM16] a hundred may wait, the next may not', () => {
  const room = roomOf(approvalPlan)

  expect(join({ ...room, waiting: mostWaiting - 1 }, ben, nothing).people).toHaveLength(1)
  expect(() => join({ ...room, waiting: mostWaiting }, ben, nothing)).toThrow('Too many people')
  expect(join({ ...roomOf(plan), waiting: mostWaiting }, ben, nothing).people).toHaveLength(1)
})

test('[RM17] who left may join again, as if for the first time', () => {
  const scene = joined(roomOf(plan), ben)
  const left = after(scene, leave(scene, ben.userId, noonMs + 1))

  const back = joined(left, { ...ben, displayName: 'Benjamin' }, 'nothing', noonMs + 2)

  expect(standingOf(back, ben)).toBe('APPROVED')
  expect(rowOf(back, ben.userId)).toMatchObject({ displayName: 'Benjamin', joinedAtMs: noonMs + 2, version: 4 })
})

test('[RM61] only strangers to a private room are guarded against', () => {
  const scene = joined(roomOf(approvalPlan), ben)

  expect(isGuarded(scene.room, rowOf(scene, ben.userId))).toBe(false)
  expect(isGuarded(scene.room, rowOf(scene, eve.userId))).toBe(true)
  expect(isGuarded(roomOf(plan).room, undefined)).toBe(false)
})

const turnedDown = (scene: Scene): Scene => after(scene, deny(scene, { hostId: ana.userId, userId: ben.userId, nowMs: noonMs }))

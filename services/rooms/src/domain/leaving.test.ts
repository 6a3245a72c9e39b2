import { expect, test } from 'bun:test'
import { after, ana, approvalPlan, ben, eve, joined, noonMs, plan, roomOf, standingOf, types } from './domain.fixtures'
import { close, leave } from './leaving'

test.each([
  ['one who is in', plan],
  ['one who waits', approvalPlan],
])('[RM30] %s leaves a tombstone', (_, wanted) => {
  const scene = joined(roomOf(wanted), ben)

  const decision = leave(scene, ben.userId, noonMs)

  expect(standingOf(after(scene, decision), ben)).toBe('LEFT')
  expect(types(decision)).toEqual(['rooms.participant.removed'])
})

test('[RM30] leaving a public room without a place changes nothing', () => {
  const scene = roomOf(plan)

  expect(leave(scene, eve.userId, noonMs)).toEqual({ room: scene.room, people: [], announced: [] })
})

test('[RM31] the host does not leave', () => {
  expect(() => leave(roomOf(plan), ana.userId, noonMs)).toThrow('host cannot leave')
})

test('[RM50] to one who left, a private room is not there', () => {
  const scene = joined(roomOf(approvalPlan), ben)
  const left = after(scene, leave(scene, ben.userId, noonMs))

  expect(() => leave(left, ben.userId, noonMs)).toThrow('no such room')
  expect(() => close(left, ben.userId)).toThrow('no such room')
})

test('[RM32] closing is for good, and once', () => {
  const scene = roomOf(plan)
  const first = close(scene, ana.userId)
  const closed = after(scene, first)

  expect(types(first)).toEqual(['rooms.room.closed'])
  expect(closed.room.isActive).toBe(false)
  expect(close(closed, ana.userId)).toEqual({ room: closed.room, people: [], announced: [] })
})

test('[RM20] only the host closes', () => {
  expect(() => close(roomOf(plan), eve.userId)).toThrow('Only the host')
})

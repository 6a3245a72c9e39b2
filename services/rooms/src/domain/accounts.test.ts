import { expect, test } from 'bun:test'
import { erase, rename } from './accounts'
import { after, ana, approvalPlan, ben, joined, noonMs, plan, roomOf, types } from './domain.fixtures'
import { close, leave } from './leaving'
import { rowOf } from './room'

const benjamin = { ...ben, displayName: 'Benjamin', isGuest: false }

test('[RM72] a new name reaches a live row, whatever its standing', () => {
  const inside = rename(joined(roomOf(plan), ben), benjamin, noonMs)
  const waiting = rename(joined(roomOf(approvalPlan), ben), benjamin, noonMs)

  expect(inside.people).toMatchObject([{ displayName: 'Benjamin', isGuest: false, version: 3 }])
  expect(types(inside)).toEqual(['rooms.participant.approved'])
  expect(types(waiting)).toEqual(['rooms.participant.pending'])
})

test('[RM72] a host’s new name reaches the room too', () => {
  const decision = rename(roomOf(plan), { ...ana, displayName: 'Anna' }, noonMs)

  expect(types(decision)).toEqual(['rooms.participant.approved', 'rooms.room.updated'])
  expect(decision.room).toMatchObject({ host: { displayName: 'Anna' }, counter: 3, version: 3 })
  expect(decision.people).toMatchObject([{ displayName: 'Anna', version: 2 }])
})

test('[RM72] an older name that arrives later is dropped, and the same name changes nothing', () => {
  const scene = joined(roomOf(plan), ben)
  const renamed = after(scene, rename(scene, benjamin, noonMs))

  expect(types(rename(renamed, { ...ben, displayName: 'Benny' }, noonMs - 1))).toEqual([])
  expect(types(rename(renamed, benjamin, noonMs + 1))).toEqual([])
})

test('[RM72] tombstones and closed rooms keep the name', () => {
  const scene = joined(roomOf(plan), ben)

  expect(types(rename(after(scene, leave(scene, ben.userId, noonMs)), benjamin, noonMs))).toEqual([])
  expect(types(rename(after(scene, close(scene, ana.userId)), benjamin, noonMs))).toEqual([])
})

test('[RM73] a member that is no more becomes a tombstone without a name', () => {
  const scene = joined(roomOf(plan), ben)

  const decision = erase(scene, ben.userId, noonMs)

  expect(types(decision)).toEqual(['rooms.participant.removed'])
  expect(rowOf(after(scene, decision), ben.userId)).toMatchObject({ standing: 'REMOVED', displayName: 'Deleted user' })
  expect(types(erase(after(scene, decision), ben.userId, noonMs))).toEqual([])
})

test('[RM73] the room of a host that is no more is closed', () => {
  const decision = erase(roomOf(plan), ana.userId, noonMs)

  expect(types(decision)).toEqual(['rooms.participant.removed', 'rooms.room.closed'])
  expect(decision.room).toMatchObject({ isActive: false, host: { displayName: 'Deleted user' }, name: 'Deleted user’s room' })
})

test('[RM5] [RM73] a room called after its host follows the name, one with a name of its own keeps it', () => {
  const anna = { ...ana, displayName: 'Anna' }
  const [named, unnamed] = [roomOf({ ...plan, name: 'Cinema' }), roomOf(plan)]
  const renamed = after(unnamed, rename(unnamed, anna, noonMs))

  expect(renamed.room.name).toBe('Anna’s room')
  expect(erase(renamed, ana.userId, noonMs).room.name).toBe('Deleted user’s room')
  expect(rename(named, anna, noonMs).room.name).toBe('Cinema')
  expect(erase(named, ana.userId, noonMs).room.name).toBe('Cinema')
})

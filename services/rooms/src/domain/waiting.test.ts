import { expect, test } from 'bun:test'
import { after, ana, approvalPlan, ben, eve, joined, noonMs, plan, roomOf, standingOf, types } from './domain.fixtures'
import { close, leave } from './leaving'
import { approve, deny } from './waiting'

const ruling = { hostId: ana.userId, userId: ben.userId, nowMs: noonMs }
const benWaits = joined(roomOf(approvalPlan), ben)

test('[RM21] approving lets in; again it changes nothing', () => {
  const first = approve(benWaits, ruling)
  const approved = after(benWaits, first)

  expect(types(first)).toEqual(['rooms.participant.approved'])
  expect(standingOf(approved, ben)).toBe('APPROVED')
  expect(approve(approved, ruling)).toEqual({ room: approved.room, people: [], announced: [] })
})

test('[RM22] denying turns down; again it changes nothing', () => {
  const first = deny(benWaits, ruling)
  const denied = after(benWaits, first)

  expect(types(first)).toEqual(['rooms.participant.denied'])
  expect(standingOf(denied, ben)).toBe('DENIED')
  expect(deny(denied, ruling)).toEqual({ room: denied.room, people: [], announced: [] })
})

test('[RM21] [RM22] one who never asked, or who left, is not there', () => {
  const left = after(benWaits, leave(benWaits, ben.userId, noonMs))

  for (const rule of [approve, deny]) {
    expect(() => rule(roomOf(approvalPlan), ruling)).toThrow('no such participant')
    expect(() => rule(left, ruling)).toThrow('no such participant')
  }
})

test('[RM23] the second of an approval and a denial is told', () => {
  expect(() => deny(after(benWaits, approve(benWaits, ruling)), ruling)).toThrow('no such participant')
  expect(() => approve(after(benWaits, deny(benWaits, ruling)), ruling)).toThrow('no such participant')
})

test('[RM20] another who may see the room is told that only the host may', () => {
  for (const rule of [approve, deny]) {
    expect(() => rule(benWaits, { ...ruling, hostId: ben.userId })).toThrow('Only the host')
    expect(() => rule(roomOf(plan), { ...ruling, hostId: eve.userId })).toThrow('Only the host')
  }
})

test('[RM50] to an outsider a private room is not there', () => {
  for (const rule of [approve, deny]) expect(() => rule(benWaits, { ...ruling, hostId: eve.userId })).toThrow('no such room')
})

test('[RM24] in a closed room nobody is let in or turned down', () => {
  const closed = after(benWaits, close(benWaits, ana.userId))

  for (const rule of [approve, deny]) expect(() => rule(closed, ruling)).toThrow('closed')
})

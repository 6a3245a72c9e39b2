import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import type { LiveRoom } from './room'
import { createSeen } from './seen'
import { createSession } from './session'

const door = { topic: () => ({ name: '', publish() {}, tell() {} }), backlogBytes: () => 0 }

function setup(...crowds: readonly (readonly string[])[]) {
  const clock = createManualClock()
  const rooms = crowds.map((people, place) => {
    const members = new Set<ReturnType<typeof sessionOf>>()
    const come = (...users: readonly string[]) => {
      for (const userId of users) members.add(sessionOf(userId, place))
    }
    come(...people)
    return { code: `ROOM${place}`, members, come }
  })
  const all = () => rooms as unknown as readonly LiveRoom[] // as much of a room as is looked at
  const seen = createSeen({ node: 'n1', rooms: { all }, clock, logNowMs: () => 7, mostNamed: 3 })
  /** Who is named, room by room. */
  const named = () => Object.fromEntries(seen().rooms.map(({ room_code, user_ids }) => [room_code, user_ids]))
  return { clock, rooms, seen, named }
}

let count = 0
function sessionOf(userId: string, place: number) {
  const connection = { id: `c${count++}`, door, admit() {}, renew() {}, send() {}, page() {}, close() {} }
  const session = createSession(connection, { room: `ROOM${place}`, lobby: false, again: false })
  session.identity = { userId, sessionId: `s of ${userId}`, isGuest: true, expiresAtMs: 0 }
  return session
}

test('[UP7] each person is named once, however many sockets it has, and counted in every room', () => {
  const { seen } = setup(['ana', 'ben', 'ben'], [])

  expect(seen()).toEqual({
    node: 'n1',
    at_ms: 7,
    rooms: [
      { room_code: 'ROOM0', viewers: 2, user_ids: ['ana', 'ben'] },
      { room_code: 'ROOM1', viewers: 0, user_ids: [] },
    ],
  })
})

test('[UP7] who has come is named at once, and all are again after a minute; viewers are told every time', () => {
  const { clock, rooms, seen, named } = setup(['ana'])
  named()

  clock.advance(15_000)
  rooms[0]?.come('ben')
  const soon = seen()
  clock.advance(60_000)
  const later = named()

  expect(soon.rooms).toEqual([{ room_code: 'ROOM0', viewers: 2, user_ids: ['ben'] }])
  expect(later).toEqual({ ROOM0: ['ana', 'ben'] })
})

test('[UP7] of too many for one message the rest is named in the next ones', () => {
  const { clock, named } = setup(['a', 'b'], ['c', 'd'], ['e', 'f', 'g'])

  const turns = [0, 1, 2].map(() => {
    clock.advance(15_000)
    return named()
  })

  expect(turns).toEqual([
    { ROOM0: ['a', 'b'], ROOM1: ['c'], ROOM2: [] },
    { ROOM0: [], ROOM1: ['d'], ROOM2: ['e', 'f'] },
    { ROOM0: [], ROOM1: [], ROOM2: ['g'] },
  ])
})

test('[UP7] with more people than can be named in a minute, all have their turn before anybody has a second', () => {
  const { clock, named } = setup(['a', 'b', 'c'], ['d', 'e', 'f', 'g', 'h'])

  const turns = [0, 1, 2, 3].map(() => {
    clock.advance(70_000)
    return Object.values(named()).flat().join('')
  })

  expect(turns).toEqual(['abc', 'def', 'gh', 'abc'])
})

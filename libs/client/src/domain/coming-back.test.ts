import { expect, test } from 'bun:test'
import { statusOf } from './connection'
import { pauseAfter } from './pause'
import { chat, drive, resumption } from './scene.fixture'

type Driven = ReturnType<typeof drive>
const firstConnect = (member: Driven, withinMs: number): number => {
  const fromMs = member.nowMs
  while (member.nowMs - fromMs <= withinMs) {
    if (member.pass(50).some(({ type }) => type === 'connect')) return member.nowMs - fromMs
  }
  return Number.POSITIVE_INFINITY
}

test('[CN4] the wait grows with each failure in a row, up to 15 s, and is spread over all of its length', () => {
  const longest = [0, 1, 2, 5, 9, 50].map((failures) => pauseAfter(failures, 1))

  expect(longest).toEqual([500, 1_000, 2_000, 15_000, 15_000, 15_000])
  expect(pauseAfter(9, 0)).toBe(0)
  expect(pauseAfter(9, 0.5)).toBe(7_500)
})

test('[CN4] a connection that lasted begins anew, one that did not goes on waiting longer', () => {
  const member = drive(0.999).enter()
  const waits: number[] = []

  for (const lastsMs of [6_000, 0, 0, 6_000]) {
    member.pass(lastsMs)
    member.closed(1006)
    waits.push(firstConnect(member, 20_000))
    member.frame(resumption(5))
  }

  expect(waits).toEqual([500, 1_000, 2_000, 500])
})

test.each([
  ['1013 with a time', 1013, 3_000, 3_000],
  ['1013 without one', 1013, undefined, 1_000],
  ['4429', 4429, undefined, 10_000],
])('[CN5] after %s it does not come back before that', (_, code, retryAfterMs, leastMs) => {
  const member = drive(0).enter()
  const more = retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }

  member.frame({ type: 'ERROR', code: 'unavailable', message: '', retryable: true, ...more })
  member.closed(code)

  expect(firstConnect(member, 30_000)).toBe(leastMs)
})

test('[CN5] RECONNECT names the instant, whether the server closes the socket or not', () => {
  const closing = drive().enter()
  const forgetting = drive().enter()

  for (const member of [closing, forgetting]) member.frame({ type: 'RECONNECT', after_ms: 4_000 })
  closing.closed(1012)

  expect(firstConnect(closing, 30_000)).toBe(4_000)
  expect(firstConnect(forgetting, 30_000)).toBe(4_000)
})

test.each([
  [1000, 'left'],
  [1003, 'unsupported_data'],
  [1009, 'too_big'],
  [4403, 'not_approved'],
  [4404, 'room_not_found'],
  [4409, 'replaced'],
  [4410, 'room_closed'],
  [4411, 'removed'],
] as const)('[CN6] %i ends it: %s', (code, reason) => {
  const member = drive().enter()
  member.command(chat('1'))

  const effects = member.closed(code)

  expect(member.connection.link).toEqual({ kind: 'ended', code, reason })
  expect(effects).toMatchObject([{ type: 'settle', id: '1', outcome: { refused: { code: 'ended' } } }])
  expect(member.pass(60_000)).toEqual([])
  expect(member.command(chat('2'))).toMatchObject([{ type: 'settle', id: '2', outcome: { refused: { code: 'ended' } } }])
})

test('[CN6] one who waits and is denied is told so', () => {
  const waiter = drive()
  waiter.pass(0)
  waiter.frame({ type: 'LOBBY', room: { room_code: '44C69XDM', name: 'Friday film' } })

  waiter.frame({ type: 'PARTICIPANT_DENIED', user: { id: 'ben', display_name: 'Ben', is_guest: true } })
  waiter.frame({ type: 'ERROR', code: 'not_approved', message: 'You have not been let into this room.', retryable: false })
  waiter.closed(4403)

  expect(waiter.connection.link).toMatchObject({ kind: 'ended', reason: 'denied' })
})

test.each([1001, 1005, 1006, 1011, 1012, 4408, 4999])('[CN4] %i brings it back', (code) => {
  const member = drive().enter()

  member.closed(code)

  expect(statusOf(member.connection)).toBe('reconnecting')
  expect(firstConnect(member, 600)).toBeLessThan(600)
})

test('[CN7] 4401 asks for a fresh token, once: then it ends', () => {
  const member = drive().enter()

  member.closed(4401)
  const again = member.pass(0)
  member.closed(4401)

  expect(again).toMatchObject([{ type: 'connect', freshToken: true, since: { epoch: 'e1', seq: 5 } }])
  expect(member.connection.link).toEqual({ kind: 'ended', code: 4401, reason: 'unauthenticated' })
})

test('[CN7] without a token it tries again, unless nobody is signed in', () => {
  const member = drive()
  member.pass(0)
  member.take({ type: 'no_token', socket: 1, final: false })
  const again = member.pass(1_000)
  member.take({ type: 'no_token', socket: 2, final: true })

  expect(again).toMatchObject([{ type: 'connect', socket: 2 }])
  expect(member.connection.link).toEqual({ kind: 'ended', code: 4401, reason: 'unauthenticated' })
})

test('[CN8] a silent server counts as broken', () => {
  const member = drive().enter()

  const before = member.pass(24_999).filter(({ type }) => type === 'close')
  const after = member.pass(1)

  expect(before).toEqual([])
  expect(after).toContainEqual({ type: 'close', socket: 1, forGood: false })
})

test('[CN8] so does one that does not answer an attempt', () => {
  const member = drive(0.999)
  member.pass(0)

  const effects = member.pass(21_000)

  expect(effects.map(({ type }) => type)).toEqual(['close', 'connect'])
})

test('[CN8] a heartbeat ahead of its place brings it back with its place', () => {
  const member = drive().enter()

  const level = member.frame({ type: 'HEARTBEAT', seq: 5 })
  const ahead = member.frame({ type: 'HEARTBEAT', seq: 6 })

  expect(level.map(({ type }) => type)).toEqual(['tell'])
  expect(ahead).toEqual([{ type: 'close', socket: 1, forGood: false }])
  expect(member.pass(500)).toMatchObject([{ type: 'connect', since: { epoch: 'e1', seq: 5 } }])
})

test('[CN9] a token that expires is renewed, tried again until it is', () => {
  const member = drive().enter()
  member.frame({ type: 'TOKEN_EXPIRING', expires_at_ms: 1 })
  member.take({ type: 'renewed', token: null })

  const again = member.pass(5_000)
  member.take({ type: 'renewed', token: 'fresh' })

  expect(again).toContainEqual({ type: 'renew' })
  expect(member.sent().at(-1)).toEqual({ type: 'AUTH', token: 'fresh' })
})

test('[CN4] the network that is back is tried at once', () => {
  const member = drive(0.999).enter()
  member.closed(1006)

  const effects = member.take({ type: 'online' })

  expect(effects).toMatchObject([{ type: 'connect' }])
})

test.each(['in', 'lobby'] as const)('[CN8] the socket of a network that was gone is given up, for one with its place: %s', (where) => {
  const member = drive()
  if (where === 'in') member.enter()
  else {
    member.pass(0)
    member.frame({ type: 'LOBBY', room: { room_code: '44C69XDM', name: 'Friday film' } })
  }

  const effects = member.take({ type: 'online' })

  expect(effects).toEqual([{ type: 'close', socket: 1, forGood: false }])
  expect(member.pass(500)).toMatchObject([{ type: 'connect', socket: 2, since: where === 'in' ? { epoch: 'e1', seq: 5 } : null }])
})

test('[CN8] an attempt that is under way when the network is back goes on', () => {
  const member = drive()
  member.pass(0)

  expect(member.take({ type: 'online' })).toEqual([])
})

test('[CN4] what is given up to come back is told apart from what is closed for good', () => {
  const member = drive().enter()

  const [givenUp] = member.frame({ type: 'HEARTBEAT', seq: 99 })
  member.pass(1_000)
  const [closed] = member.take({ type: 'close' })

  expect(givenUp).toEqual({ type: 'close', socket: 1, forGood: false })
  expect(closed).toEqual({ type: 'close', socket: 2, forGood: true })
  expect(member.connection.link).toEqual({ kind: 'ended', code: 1000, reason: 'closed' })
})

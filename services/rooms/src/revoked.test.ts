import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { createRevoked } from './revoked'

const tokenTtlMs = 15 * 60_000

test('[RM71] a session that ended is refused until its last token would have expired', () => {
  const clock = createManualClock()
  const revoked = createRevoked({ clock, tokenTtlMs })
  revoked.add('one', clock.nowMs() - 60_000)

  clock.advance(tokenTtlMs - 60_001)
  expect(revoked.has('one')).toBe(true)
  clock.advance(1)
  expect(revoked.has('one')).toBe(false)
  expect(revoked.has('two')).toBe(false)
})

test('[RM71] an end told late still counts from when it was', () => {
  const clock = createManualClock()
  const revoked = createRevoked({ clock, tokenTtlMs })

  revoked.add('old', clock.nowMs() - tokenTtlMs)

  expect(revoked.has('old')).toBe(false)
})

test('the set is bounded: past it the oldest goes', () => {
  const clock = createManualClock()
  const revoked = createRevoked({ clock, tokenTtlMs, most: 2 })

  for (const session of ['one', 'two', 'three']) revoked.add(session, clock.nowMs())

  expect(['one', 'two', 'three'].map(revoked.has)).toEqual([false, true, true])
})

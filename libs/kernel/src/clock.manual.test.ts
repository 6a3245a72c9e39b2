import { expect, test } from 'bun:test'
import { createManualClock } from './clock.manual'

test('a manual clock stands still until it is told; a jump moves the wall clock alone', () => {
  const clock = createManualClock(1_000)
  const start = [clock.nowMs(), clock.monotonicMs()]

  clock.advance(500)
  const advanced = [clock.nowMs() - 1_000, clock.monotonicMs() - (start[1] ?? 0)]
  clock.jump(-2_000)

  expect(start[0]).toBe(1_000)
  expect(advanced).toEqual([500, 500])
  expect([clock.nowMs(), clock.monotonicMs() - (start[1] ?? 0)]).toEqual([-500, 500])
})

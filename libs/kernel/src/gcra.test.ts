import { describe, expect, test } from 'bun:test'
import { meter, type RateLimit } from './gcra'

const limit: RateLimit = { count: 10, periodMs: 60_000 }

/** Takes `count` at `nowMs`, one after the other; gives what is stored then, and how many were refused. */
function take(count: number, nowMs: number, storedMs?: number) {
  let stored = storedMs
  let refused = 0
  for (let one = 0; one < count; one++) {
    const decision = meter(limit, stored, nowMs)
    if (decision.allowed) stored = decision.nextMs
    else refused++
  }
  return { stored, refused }
}

describe('rate limit', () => {
  test('as many as it says may come at once, and no more', () => {
    expect(take(15, 1_000).refused).toBe(5)
  })

  test('one more is let through after each share of the period', () => {
    const { stored } = take(10, 0)

    expect(meter(limit, stored, 5_999)).toEqual({ allowed: false, retryAfterMs: 1 })
    expect(meter(limit, stored, 6_000).allowed).toBe(true)
  })

  test('a refusal changes nothing: coming too early does not put off the next', () => {
    const { stored } = take(1_000, 0)

    expect(meter(limit, stored, 6_000).allowed).toBe(true)
  })

  test('a smaller burst lets fewer come at once, at the same rate', () => {
    const decisions = Array.from({ length: 3 }).reduce<{ stored: number | undefined; allowed: number }>(
      ({ stored, allowed }) => {
        const decision = meter({ ...limit, burst: 2 }, stored, 0)
        return decision.allowed ? { stored: decision.nextMs, allowed: allowed + 1 } : { stored, allowed }
      },
      { stored: undefined, allowed: 0 },
    )

    expect(decisions.allowed).toBe(2)
  })

  test('a clock that is set back locks nobody out for longer than the limit itself would', () => {
    const { stored } = take(10, 660_000)

    expect(meter(limit, stored, 0)).toEqual({ allowed: false, retryAfterMs: 6_000 })
  })
})

import type { Clock } from './clock'

/** A clock that stands still until it is told: for tests of rules that depend on time. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): Clock & { advance(byMs: number): void } {
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    advance: (byMs) => {
      nowMs += byMs
    },
  }
}

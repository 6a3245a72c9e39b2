import type { Clock } from './clock'

/** A clock that stands still until it is told: for tests of rules that depend on time. `jump` moves the wall clock alone, as an operator or NTP may. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): Clock & { advance(byMs: number): void; jump(byMs: number): void } {
  let passedMs = 0
  let wallMs = startMs
  return {
    nowMs: () => wallMs + passedMs,
    // Of another size than instants, so that one taken for the other is noticed.
    monotonicMs: () => passedMs,
    advance: (byMs) => {
      passedMs += byMs
    },
    jump: (byMs) => {
      wallMs += byMs
    },
  }
}

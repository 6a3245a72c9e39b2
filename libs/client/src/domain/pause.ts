/** How long to wait before the next attempt to come back, in milliseconds. */

const firstMs = 500
const mostMs = 15_000

/** Grows with each failure in a row, and is spread over all of its length, so that those who were cut off together do not come together. `chance` is at least 0, below 1. */
export function pauseAfter(failures: number, chance: number): number {
  return chance * Math.min(mostMs, firstMs * 2 ** Math.min(failures, 10))
}

/** After the server said when: not before that, and spread over as long again, within bounds. */
export function pauseAsTold(afterMs: number, failures: number, chance: number): number {
  return afterMs + Math.max(chance * Math.min(afterMs, 5_000), pauseAfter(failures, chance))
}

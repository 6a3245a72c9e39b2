/** What a player takes for something, learned from the last times it did it. All in milliseconds. */
export interface Cost {
  readonly latest: readonly number[]
  /** Taken for it until it is known. */
  readonly guessMs: number
}

const remembered = 5
const mostMs = 5_000

/** A cost of which nothing is known but a guess. */
export const unknownCost = (guessMs: number): Cost => ({ latest: [], guessMs })

/** The cost after it was measured once more; what cannot be is left out. */
export function learnCost(cost: Cost, measuredMs: number): Cost {
  if (!(measuredMs >= -20) || measuredMs > mostMs) return cost
  return { ...cost, latest: [...cost.latest, Math.max(0, measuredMs)].slice(-remembered) }
}

/** What to expect next: the middle of the last times, so that one odd time does not count. */
export function expectedMs({ latest, guessMs }: Cost): number {
  if (latest.length === 0) return guessMs
  const sorted = [...latest].sort((one, other) => one - other)
  const [low = guessMs, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

/** What it hardly ever exceeds. */
export function atMostMs(cost: Cost): number {
  if (cost.latest.length === 0) return cost.guessMs
  const worst = Math.max(...cost.latest)
  return worst + Math.max(30, (worst - Math.min(...cost.latest)) / 2)
}

/** What a player takes for something, learned from the last times it did it. All in milliseconds. */
export interface Cost {
  readonly latest: readonly number[]
  /** Taken for it until it is known, and for what it hardly ever exceeds. */
  readonly guessMs: number
  readonly atMostMs: number
}

const remembered = 5
const mostMs = 5_000

/** A cost of which nothing is known but a guess. */
export const unknownCost = (guessMs: number, mostMs = guessMs): Cost => ({ latest: [], guessMs, atMostMs: mostMs })

/** The cost after it was measured once more; what cannot be is left out, and what took longer than anybody aims ahead counts as that. */
export function learnCost(cost: Cost, measuredMs: number): Cost {
  if (!(measuredMs >= -20)) return cost
  return { ...cost, latest: [...cost.latest, Math.min(mostMs, Math.max(0, measuredMs))].slice(-remembered) }
}

/** What to expect next: the middle of the last times, so that one odd time does not count. */
export function expectedMs({ latest, guessMs }: Cost): number {
  return latest.length === 0 ? guessMs : middle(latest)
}

/** What it hardly ever exceeds. */
export function atMostMs(cost: Cost): number {
  if (cost.latest.length === 0) return cost.atMostMs
  const worst = Math.max(...cost.latest)
  return worst + Math.max(30, (worst - Math.min(...cost.latest)) / 2)
}

/** What others are to allow for it: what is expected, and until that is known, more than most take. */
export function putOffMs(cost: Cost): number {
  return expectedMs({ ...cost, guessMs: cost.atMostMs })
}

/** The middle of the values, of two the mean; 0 of none. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const [low = 0, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

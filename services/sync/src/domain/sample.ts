/** Many numbers, told by a few: how many they were, and at most `keptValues` of them, evenly spread, in ascending order. */
export interface Sample {
  readonly count: number
  readonly values: readonly number[]
}

/** Enough for the 5 % at either end to have values of their own. */
const keptValues = 41

/** What is told of these numbers: up to 41 of them all, of more the least, the greatest, and what lies evenly between. */
export function sampleOf(numbers: readonly number[]): Sample {
  const sorted = [...numbers].sort((one, other) => one - other)
  if (sorted.length <= keptValues) return { count: sorted.length, values: sorted }
  const placeOf = (kept: number) => Math.round((kept * (sorted.length - 1)) / (keptValues - 1))
  return { count: sorted.length, values: Array.from({ length: keptValues }, (_, kept) => sorted[placeOf(kept)] ?? 0) }
}

/**
 * The least number that is not exceeded by the share `q` of all that the samples tell of; undefined where they tell of none.
 * Each value stands for as many as its sample has more than it holds.
 */
export function quantileOf(samples: readonly Sample[], q: number): number | undefined {
  const weighed = samples.flatMap(({ count, values }) => values.map((value) => ({ value, weight: count / values.length })))
  weighed.sort((one, other) => one.value - other.value)
  const all = weighed.reduce((sum, { weight }) => sum + weight, 0)
  let passed = 0
  for (const { value, weight } of weighed) {
    passed += weight
    // Weights are fractions: their sum may miss the share by a hair.
    if (passed >= q * all - 1e-9) return value
  }
  return undefined
}

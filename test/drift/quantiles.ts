/** What half, 95 and 99 of 100 of the values do not exceed. */
export interface Quantiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly count: number
}

/** NaN where there is no value. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), count: sorted.length }
}

/** To a hundredth: what lies below says nothing. */
export const round = (value: number): number => Math.round(value * 100) / 100

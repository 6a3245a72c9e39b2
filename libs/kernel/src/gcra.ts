/**
 * The generic cell rate algorithm (ITU-T I.371; the “leaky bucket as a meter”):
 * one number per key, no timers. `burst` may come at once; after that one every
 * `periodMs / count`.
 */
export interface RateLimit {
  /** How many are let through per period. */
  readonly count: number
  readonly periodMs: number
  /** How many may come at once; by default `count`. */
  readonly burst?: number
}

export type RateDecision =
  /** `nextMs` is to be stored under the key. */
  { readonly allowed: true; readonly nextMs: number } | { readonly allowed: false; readonly retryAfterMs: number }

/** Decides one arrival at `nowMs`. `storedMs` is the key's theoretical arrival time, if any; a refusal changes nothing. */
export function meter(limit: RateLimit, storedMs: number | undefined, nowMs: number): RateDecision {
  const intervalMs = limit.periodMs / limit.count
  const toleranceMs = intervalMs * ((limit.burst ?? limit.count) - 1)
  // Never stored further ahead than this: what lies beyond was stored before the clock was set back.
  const furthestMs = nowMs + toleranceMs + intervalMs
  const dueMs = Math.min(Math.max(storedMs ?? nowMs, nowMs), furthestMs)
  const waitMs = dueMs - toleranceMs - nowMs
  // Sums of fractions of a millisecond stray; a thousandth of one is no reason to refuse.
  if (waitMs > 0.001) return { allowed: false, retryAfterMs: Math.ceil(waitMs) }
  return { allowed: true, nextMs: dueMs + intervalMs }
}

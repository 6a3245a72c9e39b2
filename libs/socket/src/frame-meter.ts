import { meter, type RateLimit } from '@matinee/kernel'

/** How many frames a socket may send, unless configured otherwise. */
export const defaultFrameLimit: RateLimit = { count: 20, periodMs: 1000, burst: 40 }

/** How many refused frames in how long close a socket. */
const patience = { refusals: 100, periodMs: 10_000 }

/** One socket's frames: whether the next is taken, refused, or one too many. */
export interface FrameMeter {
  take(nowMs: number): { readonly verdict: 'take' } | { readonly verdict: 'refuse' | 'close'; readonly retryAfterMs: number }
}

/** `limit` undefined takes everything. */
export function createFrameMeter(limit: RateLimit | undefined): FrameMeter {
  let dueMs: number | undefined
  let refusals = 0
  let sinceMs = 0
  return {
    take(nowMs) {
      if (!limit) return { verdict: 'take' }
      const decision = meter(limit, dueMs, nowMs)
      if (decision.allowed) {
        dueMs = decision.nextMs
        return { verdict: 'take' }
      }
      if (nowMs - sinceMs > patience.periodMs) {
        sinceMs = nowMs
        refusals = 0
      }
      refusals++
      return { verdict: refusals > patience.refusals ? 'close' : 'refuse', retryAfterMs: decision.retryAfterMs }
    },
  }
}

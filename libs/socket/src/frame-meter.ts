import { meter, type RateLimit } from '@matinee/kernel'

/** How many frames a socket may send, unless configured otherwise. */
export const defaultFrameLimit: RateLimit = { count: 20, periodMs: 1000, burst: 40 }

/** How many refused frames in how long close a socket. */
const patience = { refusals: 100, periodMs: 10_000 }

/** One socket's frames: whether the next is taken, refused, or one too many. */
export interface FrameMeter {
  take(nowMs: number): { readonly verdict: 'take' } | { readonly verdict: 'refuse' | 'close'; readonly retryAfterMs: number }
}

/** A meter for one socket, of which nothing has come yet. */
export const createFrameMeter = (limit: RateLimit): FrameMeter => new Meter(limit)

const taken = { verdict: 'take' } as const

/** A class, for there is one for each socket that speaks: closures would take five times the memory. */
class Meter implements FrameMeter {
  readonly #limit: RateLimit
  #dueMs: number | undefined = undefined
  #refusals = 0
  #sinceMs = 0

  constructor(limit: RateLimit) {
    this.#limit = limit
  }

  take(nowMs: number): ReturnType<FrameMeter['take']> {
    const decision = meter(this.#limit, this.#dueMs, nowMs)
    if (decision.allowed) {
      this.#dueMs = decision.nextMs
      return taken
    }
    if (nowMs - this.#sinceMs > patience.periodMs) {
      this.#sinceMs = nowMs
      this.#refusals = 0
    }
    this.#refusals++
    return { verdict: this.#refusals > patience.refusals ? 'close' : 'refuse', retryAfterMs: decision.retryAfterMs }
  }
}

import type { Clock } from './clock'
import { meter, type RateLimit } from './gcra'

/** Counts arrivals by the name of a limit and the key of whom it limits. */
export interface RateLimiter<Name extends string> {
  /** Counts one. Undefined lets it through; otherwise nothing was counted, and this is how long to wait. */
  refuse(name: Name, key: string): { readonly retryAfterMs: number } | undefined
  /** Takes one count back, for what turned out not to count. */
  forgive(name: Name, key: string): void
  /** Entries held now. */
  readonly size: number
}

export interface RateLimiterDeps<Name extends string> {
  readonly limits: Readonly<Record<Name, RateLimit>>
  readonly clock: Clock
  /** About 120 bytes each. */
  readonly maxEntries?: number
}

/**
 * Limits kept in this process. Past `maxEntries` the entry unused for longest
 * is forgotten, so somebody with endless addresses costs bounded memory and at
 * worst gives others a fresh start.
 */
export function createRateLimiter<Name extends string>({ limits, clock, maxEntries = 100_000 }: RateLimiterDeps<Name>): RateLimiter<Name> {
  // A Map iterates in the order of insertion: re-inserting on use keeps the least recently used first.
  const nextMsByKey = new Map<string, number>()

  const store = (key: string, nextMs: number, nowMs: number) => {
    nextMsByKey.delete(key)
    nextMsByKey.set(key, nextMs)
    // Two looked at for one added: expired entries go faster than new ones come.
    let looks = 2
    for (const [oldest, expiresMs] of nextMsByKey) {
      const mustGo = nextMsByKey.size > maxEntries
      if (!mustGo && (expiresMs > nowMs || looks === 0)) break
      nextMsByKey.delete(oldest)
      looks -= 1
    }
  }

  return {
    refuse(name, key) {
      const nowMs = clock.monotonicMs()
      const entry = `${name} ${key}`
      const decision = meter(limits[name], nextMsByKey.get(entry), nowMs)
      if (!decision.allowed) return { retryAfterMs: decision.retryAfterMs }
      store(entry, decision.nextMs, nowMs)
      return undefined
    },
    forgive(name, key) {
      const entry = `${name} ${key}`
      const nextMs = nextMsByKey.get(entry)
      if (nextMs !== undefined) nextMsByKey.set(entry, nextMs - limits[name].periodMs / limits[name].count)
    },
    get size() {
      return nextMsByKey.size
    },
  }
}

/** Lets everything through: `LIMITS=off`. */
export const unlimited: RateLimiter<string> = { refuse: () => undefined, forgive() {}, size: 0 }

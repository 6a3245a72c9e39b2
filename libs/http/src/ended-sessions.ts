import type { Clock } from '@matinee/kernel'

/** The sessions that have ended while access tokens of theirs may still be around. */
export interface EndedSessions {
  /** Takes note of an end that has just been heard of; heard again, changes nothing. */
  add(sessionId: string): void
  has(sessionId: string): boolean
}

export interface EndedSessionsOptions {
  /** How long an access token is good for at most: for so long an end is remembered. */
  readonly tokenTtlMs: number
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Past this the end heard of first is forgotten. */
  readonly most?: number
}

/**
 * Remembers ended sessions for one lifetime of a token after hearing of each. Measured in this process, whatever the
 * wall clocks of others say: an end heard of late is remembered for longer than need be, never for less.
 */
export function createEndedSessions({ tokenTtlMs, clock, most = 100_000 }: EndedSessionsOptions): EndedSessions {
  // A map keeps the order of insertion, so the first is the first to be forgotten.
  const untilMs = new Map<string, number>()
  return {
    add(sessionId) {
      const nowMs = clock.monotonicMs()
      if ((untilMs.get(sessionId) ?? -1) >= nowMs) return
      untilMs.delete(sessionId)
      for (const [first, atMs] of untilMs) {
        if (atMs >= nowMs && untilMs.size < most) break
        untilMs.delete(first)
      }
      untilMs.set(sessionId, nowMs + tokenTtlMs)
    },
    has: (sessionId) => (untilMs.get(sessionId) ?? -1) >= clock.monotonicMs(),
  }
}

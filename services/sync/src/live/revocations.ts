import type { Clock } from '@matinee/kernel'

/** The sessions that have ended while access tokens of theirs may still be around. */
export interface Revocations {
  /** Takes note of an ended session; repeated, changes nothing. */
  revoke(sessionId: string): void
  has(sessionId: string): boolean
  /** Forgets those whose last token has expired. */
  sweep(): void
}

/** `tokenLifetimeMs`: how long an access token is good for at most. */
export function createRevocations({ tokenLifetimeMs, clock }: { readonly tokenLifetimeMs: number; readonly clock: Clock }): Revocations {
  const revoked = new Map<string, number>()
  return {
    revoke: (sessionId) => void revoked.set(sessionId, clock.monotonicMs()),
    has: (sessionId) => revoked.has(sessionId),
    sweep() {
      const goneMs = clock.monotonicMs() - tokenLifetimeMs
      for (const [sessionId, sinceMs] of revoked) if (sinceMs < goneMs) revoked.delete(sessionId)
    },
  }
}

import type { Clock } from '@matinee/kernel'

/** The sessions that ended lately, for as long as their access tokens would still be valid; the newest `most` of them. */
export function createRevoked({ clock, tokenTtlMs, most = 100_000 }: { clock: Clock; tokenTtlMs: number; most?: number }) {
  // A map keeps the order of insertion, so the first is the first to expire.
  const untilMs = new Map<string, number>()

  return {
    /** `atMs` is when the session ended. */
    add(sessionId: string, atMs: number): void {
      const nowMs = clock.nowMs()
      for (const [old, expiresAtMs] of untilMs) {
        if (expiresAtMs > nowMs && untilMs.size < most) break
        untilMs.delete(old)
      }
      if (atMs + tokenTtlMs > nowMs) untilMs.set(sessionId, atMs + tokenTtlMs)
    },
    has: (sessionId: string): boolean => (untilMs.get(sessionId) ?? 0) > clock.nowMs(),
  }
}

/** How long a session lives after its last refresh. */
export const sessionLifetimeMs = 30 * 24 * 60 * 60_000
/** How long a used refresh token may come again: its answer was lost, or two tabs refresh at once. */
export const repeatWithinMs = 10_000

/** What a sign-in opens and a logout ends; its tokens are worth nothing without it. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** A refresh token as it is stored. Used ones stay until they would have expired, so that a copy is recognised. */
export interface RefreshToken {
  readonly hash: string
  readonly sessionId: string
  readonly expiresAtMs: number
  readonly usedAtMs: number | null
  /** The token that came after this one, sealed with this one; null until it is used, and again when it is too late to repeat it. */
  readonly sealedSuccessor: string | null
}

/** A token made in case the one presented is to be rotated. */
export interface Successor {
  readonly hash: string
  readonly sealed: string
}

export type RefreshDecision =
  | { readonly kind: 'rotate'; readonly used: RefreshToken; readonly next: RefreshToken }
  | { readonly kind: 'repeat'; readonly sealedSuccessor: string }
  /** Somebody has a copy: the session is to end. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'unknown' }

/** A session that opens at `nowMs`. */
export function newSession(session: { readonly id: string; readonly userId: string; readonly nowMs: number }): Session {
  return { id: session.id, userId: session.userId, createdAtMs: session.nowMs, expiresAtMs: session.nowMs + sessionLifetimeMs }
}

/** The refresh token a session begins with. */
export function firstToken(session: Session, hash: string): RefreshToken {
  return { hash, sessionId: session.id, expiresAtMs: session.expiresAtMs, usedAtMs: null, sealedSuccessor: null }
}

/** What becomes of a refresh token that is presented at `nowMs`; `stored` is what is known of it. */
export function present(stored: RefreshToken | undefined, successor: Successor, nowMs: number): RefreshDecision {
  if (!stored || stored.expiresAtMs <= nowMs) return { kind: 'unknown' }
  if (stored.usedAtMs === null) {
    const used = { ...stored, usedAtMs: nowMs, sealedSuccessor: successor.sealed }
    const next = {
      hash: successor.hash,
      sessionId: stored.sessionId,
      expiresAtMs: nowMs + sessionLifetimeMs,
      usedAtMs: null,
      sealedSuccessor: null,
    }
    return { kind: 'rotate', used, next }
  }
  if (nowMs - stored.usedAtMs <= repeatWithinMs && stored.sealedSuccessor !== null) {
    return { kind: 'repeat', sealedSuccessor: stored.sealedSuccessor }
  }
  return { kind: 'reused' }
}

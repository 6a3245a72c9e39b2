/** What is remembered of the times that a room stood still for somebody who stalled. Instants are milliseconds on the log's clock. */
export interface StallBook {
  /** Since when it stands, and in which version of the timeline, if it does. */
  standing: { readonly sinceMs: number; readonly version: number } | undefined
  /** It does not stand again before this. */
  notBeforeMs: number
  /** When each user last made it stand. */
  readonly byUser: Map<string, number>
}

/** How long after it stood for somebody a room plays on, should the same person stall again. */
const sameUserPauseMs = 60_000

export const createStallBook = (): StallBook => ({ standing: undefined, notBeforeMs: 0, byUser: new Map() })

/** Whether a room may stand still for this user now: not while it stands, nor for longer than it plays, nor for the same user within a minute. */
export const mayStandFor = (book: StallBook, userId: string, nowMs: number): boolean =>
  book.standing === undefined &&
  nowMs >= book.notBeforeMs &&
  nowMs >= (book.byUser.get(userId) ?? Number.NEGATIVE_INFINITY) + sameUserPauseMs

/** It stands since `nowMs`, in this version of the timeline, for these users. */
export function stands(book: StallBook, version: number, userIds: readonly string[], nowMs: number): void {
  book.standing = { sinceMs: nowMs, version }
  for (const [userId, atMs] of book.byUser) if (nowMs - atMs >= sameUserPauseMs) book.byUser.delete(userId)
  standsFor(book, version, userIds)
}

/** In this version of the timeline it waits for these users: where it stands in it, it stands for them. */
export function standsFor({ standing, byUser }: StallBook, version: number, userIds: readonly string[]): void {
  if (standing?.version === version) for (const userId of userIds) byUser.set(userId, standing.sinceMs)
}

/** It goes on at `atMs`, or was paused then: for as long as it stood it does not stand again. */
export function goesOn(book: StallBook, atMs: number): void {
  if (!book.standing) return
  book.notBeforeMs = atMs + Math.max(0, atMs - book.standing.sinceMs)
  book.standing = undefined
}

/** What is remembered of the times that a room stood still for somebody who stalled. Instants are milliseconds on the log's clock. */
export interface StallBook {
  /** Since when it stands, if it does. */
  sinceMs: number | undefined
  /** It does not stand again before this. */
  notBeforeMs: number
  /** When each user last made it stand. */
  readonly byUser: Map<string, number>
}

/** How long after it stood for somebody a room plays on, should the same person stall again. */
const sameUserPauseMs = 60_000

export const createStallBook = (): StallBook => ({ sinceMs: undefined, notBeforeMs: 0, byUser: new Map() })

/** Whether a room may stand still for this user now: not while it stands, nor for longer than it plays, nor for the same user within a minute. */
export const mayStandFor = (book: StallBook, userId: string, nowMs: number): boolean =>
  book.sinceMs === undefined &&
  nowMs >= book.notBeforeMs &&
  nowMs >= (book.byUser.get(userId) ?? Number.NEGATIVE_INFINITY) + sameUserPauseMs

/** It stands since `nowMs`, for these users. */
export function stands(book: StallBook, userIds: readonly string[], nowMs: number): void {
  book.sinceMs = nowMs
  for (const [userId, atMs] of book.byUser) if (nowMs - atMs >= sameUserPauseMs) book.byUser.delete(userId)
  for (const userId of userIds) book.byUser.set(userId, nowMs)
}

/** It goes on at `atMs`, or was paused then: for as long as it stood it does not stand again. */
export function goesOn(book: StallBook, atMs: number): void {
  if (book.sinceMs === undefined) return
  book.notBeforeMs = atMs + Math.max(0, atMs - book.sinceMs)
  book.sinceMs = undefined
}

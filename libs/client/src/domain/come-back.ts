import type { Connection, Moment, Step } from './connection'
import { pauseAfter } from './pause'

/** A connection that has lasted so long was a success: the next break begins with a short pause. */
const lastingMs = 5_000

/** How to come back, where it is not as after any broken connection. */
export interface ComingBack {
  /** Not drawn by chance. */
  readonly afterMs?: number
  readonly freshToken?: boolean
  /** Forget the place, and ask for a snapshot. */
  readonly anew?: boolean
  /** Whether the socket is still there to be closed; it is unless this says otherwise. */
  readonly closes?: boolean
}

/** Gives the present socket up, and waits for the next attempt. */
export function comeBack(
  { link, failures, ...connection }: Connection,
  { nowMs, chance }: Moment,
  { afterMs, freshToken = false, anew = false, closes = true }: ComingBack = {},
): Step {
  const lasted = link.kind === 'in' && nowMs - link.sinceMs >= lastingMs
  const before = lasted ? 0 : failures
  const pauseMs = afterMs ?? pauseAfter(before, chance)
  return {
    connection: {
      ...connection,
      link: { kind: 'waiting', untilMs: nowMs + pauseMs, freshToken },
      place: anew ? null : connection.place,
      failures: before + 1,
      leaveAtMs: null,
      renewAtMs: null,
      notice: null,
      waiting: null,
      skew: null,
    },
    effects: closes ? [{ type: 'close', socket: connection.socket, forGood: false }] : [],
  }
}

import type { LiveContext } from './context'
import type { Session } from './session'

/** How long one that has been told to repeat its commands is given to say that it does. */
const answerWithinMs = 1_000

/**
 * What a client sends after its node was lost, and before it has heard of that, must not overtake what was lost. So it
 * waits, from the first frame on, until the client answers RECOVERED: then everything comes again, in order. Where it does not
 * answer in time, it goes on.
 */
export function expectRepetition({ clock, wakeIn }: Pick<LiveContext, 'clock' | 'wakeIn'>, session: Session, goOn: () => void): void {
  if (session.recoverByMs === undefined) return
  session.recoverByMs = clock.monotonicMs() + answerWithinMs
  // A timer may come a moment early, and would find that it is not time yet.
  wakeIn(answerWithinMs + 1, () => {
    if (hasNotRepeated(session, clock.monotonicMs())) goOn()
  })
}

/** The client has heard, and repeats what has no ACK: what waits and has an id is among that. The rest is not repeated, and stays. */
export function repeats(session: Session): void {
  if (session.recoverByMs === undefined) return
  session.recoverByMs = undefined
  const { inbox } = session
  inbox.splice(0, inbox.length, ...inbox.filter((frame) => !('id' in frame) || frame.id === undefined))
}

/** Whether the client has been told, and has not answered in time: then what waits is performed as it came. True once. */
export function hasNotRepeated(session: Session, nowMs: number): boolean {
  if (session.recoverByMs === undefined || session.recoverByMs > nowMs) return false
  session.recoverByMs = undefined
  return true
}

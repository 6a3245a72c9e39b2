import { eventsAfter } from '../domain/replica'
import { resumedFrame } from '../domain/room-state'
import { standing } from './answers'
import type { LiveContext } from './context'
import { type Missed, missedBy } from './missed'
import type { LiveRoom } from './room'
import { isGone, type Session } from './session'

/** How much of what it missed a client is given at once. */
const pageBytes = 128 * 1024

/**
 * Gives a returning client what it missed in pages, each when it has taken the one before, and each after a ROOM_STATE of
 * where it stands. The last is left to the caller, to leave together with the client's place among the members: that much,
 * and what the replica has at hand after it, is the answer. Undefined where the client did not say where it stands.
 */
export async function catchUp(context: LiveContext, session: Session, room: LiveRoom): Promise<Missed | undefined> {
  for (;;) {
    const { since } = session
    if (!since) return undefined
    const missed = await missedBy(context, room, since, pageBytes)
    if (isGone(session) || session.disturbed || missed.reason !== undefined) return missed
    const rest = eventsAfter(room.replica, missed.upTo)
    const payloads = [...missed.payloads, ...(rest ?? []).map(({ payload }) => payload)]
    const count = countThatFit(payloads)
    if (rest && count === payloads.length) return missed
    // Else the replica has let go of it in between: it is read now.
    if (count > 0) await turnPage(context, session, room, payloads.slice(0, count))
    if (isGone(session) || session.disturbed) return missed
  }
}

/** Resolves when the client has taken the page, or is gone. */
async function turnPage(context: LiveContext, session: Session, room: LiveRoom, payloads: readonly string[]): Promise<void> {
  const { since, member, isHost, connection } = session
  if (!since) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const upTo = { epoch: since.epoch, seq: since.seq + payloads.length }
  session.since = upTo
  session.taken = resolve
  const state = resumedFrame(room.replica, { member, isHost }, since.seq, standing(context, room.replica))
  connection.page(`${upTo.epoch}.${upTo.seq}`, [state, ...payloads])
  await promise
  session.taken = undefined
}

/** How many of the first make a page: at least one, where there is any. */
function countThatFit(payloads: readonly string[]): number {
  let [count, bytes] = [0, 0]
  for (const payload of payloads) {
    bytes += Buffer.byteLength(payload)
    if (count > 0 && bytes > pageBytes) break
    count++
  }
  return count
}

import { eventsAfter } from '../domain/replica'
import type { ResumeFrom } from '../domain/resume-point'
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
 * and what the replica has at hand after it, is the answer. Undefined where the client did not say where it stands, is gone
 * or has been disturbed.
 */
export async function catchUp(context: LiveContext, session: Session, room: LiveRoom): Promise<Missed | undefined> {
  const isWanted = () => !isGone(session)
  for (;;) {
    const { since } = session
    if (!since || session.disturbed || isGone(session)) return undefined
    const given = await context.pageTurn(session.connection.door, isWanted, () => nextPage(context, room, since, isWanted))
    if (!given || given.last) return given?.last
    // Nothing of a page is held here while it is waited for.
    await turned(context, session, room, given.page)
  }
}

/** What follows `since`: a page of it; or the last, where what is left is no more than one. */
export async function nextPage(
  context: LiveContext,
  room: LiveRoom,
  since: ResumeFrom,
  isWanted: () => boolean,
): Promise<{ page: readonly string[]; last?: Missed }> {
  const missed = await missedBy(context, room, since, { isWanted, enoughBytes: pageBytes })
  const rest = missed.reason === undefined ? eventsAfter(room.replica, missed.upTo) : []
  const payloads = [...missed.payloads, ...(rest ?? []).map(({ payload }) => payload)]
  const count = countThatFit(payloads)
  // Else the replica has let go of the rest in between: it is read now.
  return rest && count === payloads.length ? { page: [], last: missed } : { page: payloads.slice(0, count) }
}

/** Sends the page; resolves when the client has taken it, or is gone. */
async function turned(context: LiveContext, session: Session, room: LiveRoom, payloads: readonly string[]): Promise<void> {
  const { since, member, isHost, connection } = session
  if (!since || payloads.length === 0 || isGone(session) || session.disturbed) return
  const upTo = { epoch: since.epoch, seq: since.seq + payloads.length }
  session.since = upTo
  session.untaken = true
  session.paged = true
  session.hasState = true
  const state = resumedFrame(room.replica, { member, isHost }, since.seq, standing(context, room.replica))
  connection.page(`${upTo.epoch}.${upTo.seq}`, [state, ...payloads])
  await hasTaken(session)
}

/** Resolves when the client has taken the page it was sent last, by whichever node, or is gone. */
export async function hasTaken(session: Session): Promise<void> {
  if (!session.untaken || isGone(session)) return
  const { promise, resolve } = Promise.withResolvers<void>()
  session.taken = resolve
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

import { RoomCode } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { entranceOf } from '../domain/entrance'
import { eventsAfter, type Replica } from '../domain/replica'
import type { ResumeFrom } from '../domain/resume-point'
import { resumedFrame, type SnapshotReason, snapshotFrame } from '../domain/room-state'
import type { ArriveOutcome } from '../ports'
import { lobbyFrame, policy, recoveredFrame } from './answers'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { applyRows } from './rows'
import { type Session, setMember } from './session'

/** How often one admission begins anew, because the log became another under it. */
const maxAttempts = 4

/**
 * Lets a session in, or into the lobby, or turns it away: token, session, room,
 * membership, in this order. Every refusal is an ERROR frame and a close code.
 */
export async function enter(context: LiveContext, session: Session, token: string): Promise<void> {
  try {
    const identity = await context.verifier.verify(token)
    session.identity = identity
    // The session is in `context.sessions` already: a revocation from here on finds it there.
    if (context.revocations.has(identity.sessionId)) return context.end(session, 'unauthenticated')
    const code = RoomCode.safeParse(session.room)
    if (!code.success) return context.end(session, 'room_not_found')
    const room = await context.rooms.acquire(code.data, identity.userId)
    if (session.state === 'gone') return
    if (!room) return context.end(session, 'room_not_found')
    session.live = room
    await admit(context, session, room)
  } catch (error) {
    fail(context, session, error)
  }
}

/**
 * Looks whether one who waits has been let in, and lets it in. Safe to call at any
 * time and more than once: whoever finds the session still waiting goes on with it.
 */
export async function recheck(context: LiveContext, session: Session): Promise<void> {
  const { live: room, identity } = session
  if (!isWaiting(session) || !room || !identity) return
  try {
    const arrival = await arrive(context, session, room)
    if (!isWaiting(session)) return
    if (arrival.outcome === 'arrived') {
      session.state = 'entering'
      await settle(context, session, room, arrival)
    } else if (arrival.outcome === 'not_approved' && arrival.standing !== 'PENDING') {
      const answer = await context.memberships.ask(room.code, identity.userId)
      await applyRows(context, answer)
      const entrance = entranceOf(answer)
      if (entrance.verdict === 'refuse') context.end(session, entrance.close, entrance.code)
    }
  } catch (error) {
    // It goes on waiting, and will be looked at again.
    context.logger.warn('one who waits could not be looked after', { error, connection: session.connection.id })
  }
}

/** Gives a member of a room that has started over its place in the new log. */
export async function readmit(context: LiveContext, session: Session, room: LiveRoom): Promise<void> {
  session.state = 'entering'
  try {
    await admit(context, session, room, 'epoch')
  } catch (error) {
    fail(context, session, error)
  }
}

async function admit(context: LiveContext, session: Session, room: LiveRoom, reason?: SnapshotReason): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (!room.replica.room.is_active) return context.end(session, 'room_closed')
    const arrival = await arrive(context, session, room)
    if (isGone(session)) return
    if (arrival.outcome === 'epoch') await context.rooms.reopen(room)
    else if (arrival.outcome === 'arrived') return settle(context, session, room, arrival, reason)
    else if (!(await askOwner(context, session, room))) return
  }
  throw new Refusal('unavailable', { retryAfterMs: 1000 })
}

async function arrive(context: LiveContext, session: Session, room: LiveRoom): Promise<ArriveOutcome> {
  const { connection, identity } = session
  const { log, node } = context
  const arrival = await log.arrive(room.code, {
    epoch: room.replica.epoch,
    node,
    connection: connection.id,
    userId: identity?.userId ?? '',
  })
  if (arrival.outcome === 'arrived') room.receive(arrival.entries)
  // It went away while it arrived: its presence goes too.
  if (isGone(session)) context.letGo(session, 'broken')
  return arrival
}

type Arrived = Extract<ArriveOutcome, { outcome: 'arrived' }>

/** Waits until this node has seen the arrival itself, then gives the session its place. */
async function settle(
  context: LiveContext,
  session: Session,
  room: LiveRoom,
  { entries, member }: Arrived,
  reason?: SnapshotReason,
): Promise<void> {
  await room.reached(entries.at(-1)?.offset ?? 0)
  setMember(session, member)
  await seat(context, session, room, reason)
}

/** Asks the owner of memberships about one whom the log does not know as approved. Resolves to whether the log knows now. */
async function askOwner(context: LiveContext, session: Session, room: LiveRoom): Promise<boolean> {
  const answer = await context.memberships.ask(room.code, session.identity?.userId ?? '')
  await applyRows(context, answer)
  if (isGone(session)) return false
  const entrance = entranceOf(answer)
  if (entrance.verdict === 'enter') return true
  if (entrance.verdict === 'refuse') context.end(session, entrance.close, entrance.code)
  else if (!session.lobby) context.end(session, 'not_approved')
  else {
    wait(context, session, room)
    // Registered first, looked up second: a yes that came between has found nobody waiting.
    await recheck(context, session)
  }
  return false
}

function wait(context: LiveContext, session: Session, room: LiveRoom): void {
  session.state = 'waiting'
  room.waiting.add(session)
  session.waitingSinceMs = context.clock.nowMs()
  session.connection.renew(sealPass(context, session, 'lobby'))
  session.connection.send(lobbyFrame(room.code, room.replica.room.name))
}

/** Puts an arrived session in its place: ROOM_STATE and the topic's place leave in the same turn, so no event falls between. */
async function seat(context: LiveContext, session: Session, room: LiveRoom, reason?: SnapshotReason): Promise<void> {
  const missed = reason === undefined && session.since ? await missedBy(context, room, session.since) : undefined
  if (isGone(session)) return
  // Up to the head, without a pause from here on.
  const rest = missed && missed.reason === undefined ? eventsAfter(room.replica, missed.upTo) : undefined
  room.seat(session, sealPass(context, session, 'member'))
  if (session.since && missed && rest) {
    const { connection } = session
    connection.send(resumedFrame(room.replica, { member: session.member, isHost: session.isHost }, session.since.seq, standing(context)))
    for (const payload of missed.payloads) connection.send(payload)
    for (const { payload } of rest) connection.send(payload)
    context.metrics.resumed.inc({ outcome: 'resumed' })
  } else {
    sendSnapshot(context, session, room.replica, reason ?? missed?.reason ?? (session.since ? 'window' : 'first'))
  }
  if (session.again) session.connection.send(recoveredFrame)
}

/** Sends a whole ROOM_STATE at the replica's head. */
export function sendSnapshot(context: LiveContext, session: Session, replica: Replica, reason: SnapshotReason): void {
  session.connection.send(snapshotFrame(replica, { member: session.member, isHost: session.isHost }, reason, standing(context)))
  context.metrics.resumed.inc({ outcome: reason })
}

interface Missed {
  readonly payloads: readonly string[]
  /** The seq of the last of them. */
  readonly upTo: number
  /** Why there is nothing to go on from. */
  readonly reason?: SnapshotReason
}

/** What a returning client missed, up to where the replica has the rest at hand. */
export async function missedBy({ log }: LiveContext, room: LiveRoom, from: ResumeFrom): Promise<Missed> {
  const { epoch } = room.replica
  const nothing = (reason: SnapshotReason): Missed => ({ payloads: [], upTo: from.seq, reason })
  if (from.epoch !== epoch) return nothing('epoch')
  if (from.seq > room.replica.seq) return nothing('ahead')
  const payloads: string[] = []
  let at = { seq: from.seq, note: Number.MAX_SAFE_INTEGER }
  while (!eventsAfter(room.replica, at.seq)) {
    const page = await log.read(room.code, { epoch, ...at }, 500)
    const last = page?.at(-1)
    if (!page || !last || room.replica.epoch !== epoch) return nothing('window')
    for (const entry of page) if (entry.note === 0) payloads.push(entry.payload)
    at = { seq: last.seq, note: last.note }
  }
  return { payloads, upTo: at.seq }
}

/** The pass of a session, as it stands now. */
export function sealPass({ passes }: LiveContext, session: Session, standingOf: 'member' | 'lobby'): string {
  const { userId = '', sessionId = '', isGuest = true, expiresAtMs = 0 } = session.identity ?? {}
  const room = session.live?.code ?? session.room
  return passes.seal({ connection: session.connection.id, room, userId, sessionId, isGuest, expiresAtMs, standing: standingOf })
}

function fail(context: LiveContext, session: Session, error: unknown): void {
  if (error instanceof Refusal) {
    const close = error.code === 'unauthenticated' ? 'unauthenticated' : 'try_later'
    context.end(session, close, error.code === 'read_only' ? 'unavailable' : error.code)
  } else {
    context.logger.error('a connection could not be let in', { error, connection: session.connection.id })
    context.end(session, 'try_later', 'internal')
  }
}

const standing = ({ logNowMs }: LiveContext) => ({ policy, serverTimeMs: logNowMs() })
// A function, so that the compiler does not take the state for what it was before an await.
const isGone = (session: Session): boolean => session.state === 'gone'
const isWaiting = (session: Session): boolean => session.state === 'waiting'

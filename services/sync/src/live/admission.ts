import { RoomCode } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { entranceOf } from '../domain/entrance'
import { eventsAfter, type Replica } from '../domain/replica'
import { resumedFrame, type SnapshotReason, snapshotFrame } from '../domain/room-state'
import type { ArriveOutcome } from '../ports'
import { lobbyFrame, recoveredFrame, standing } from './answers'
import { catchUp, hasTaken } from './catch-up'
import { waitForLog, work } from './commands'
import type { LiveContext } from './context'
import { expectRepetition } from './repetition'
import type { LiveRoom } from './room'
import { applyRows } from './rows'
import { sealPass } from './seal'
import { identify, isGone, isWaiting, type Session, setMember } from './session'
import { lookForHost } from './succession'

/** How often one admission begins anew, because what the log said no longer holds. */
const maxAttempts = 4

/**
 * Lets a session in, or into the lobby, or turns it away: token, session, room,
 * membership, in this order. Every refusal is an ERROR frame and a close code.
 */
export async function enter(context: LiveContext, session: Session, token: string): Promise<void> {
  try {
    const identity = await context.verifier.verify(token)
    if (isGone(session)) return
    identify(context, session, identity)
    // The session is in `context.sessions` already: a revocation from here on finds it there.
    if (context.revocations.has(identity.sessionId)) return context.end(session, 'unauthenticated')
    const code = RoomCode.safeParse(session.room)
    if (!code.success) return context.end(session, 'room_not_found')
    const room = await context.rooms.acquire(code.data, identity.userId)
    if (isGone(session)) return
    if (!room) return context.end(session, 'room_not_found')
    session.live = room
    session.room = room.code
    await admit(context, session, room)
  } catch (error) {
    fail(context, session, error)
  }
}

/**
 * Looks whether one who waits has been let in, and lets it in. Safe to call at any
 * time and more than once: whoever finds the session still waiting goes on with it.
 * `asked` says that its owner has just been asked, and is not to be asked again.
 */
export async function recheck(context: LiveContext, session: Session, asked = false): Promise<void> {
  const { live: room, identity } = session
  if (!isWaiting(session) || !room || !identity) return
  try {
    if (!room.replica.room.is_active) return context.end(session, 'room_closed')
    const arrival = await arrive(context, session, room)
    if (!isWaiting(session)) return
    if (arrival.outcome === 'arrived') {
      room.expect(session)
      if (!(await settle(context, session, room, arrival))) await admit(context, session, room)
    } else if (arrival.outcome === 'epoch') await context.rooms.reopen(room)
    else if (arrival.standing !== 'PENDING') {
      const answer = await context.memberships.ask(room.code, identity.userId)
      await applyRows(context, answer)
      const entrance = entranceOf(answer)
      if (entrance.verdict === 'refuse') context.end(session, entrance.close, entrance.code)
      // Of what was so before this log was made, the log says nothing.
      else if (entrance.verdict === 'enter' && !asked) await recheck(context, session, true)
    }
  } catch (error) {
    if (!isWaiting(session)) return fail(context, session, error)
    // It goes on waiting, and will be looked at again.
    context.logger.warn('one who waits could not be looked after', { error, connection: session.connection.id })
  }
}

/**
 * Gives a member its place in the log as it is now: with a snapshot that says why, where its room has started over; without
 * a `reason`, with what it missed since it stood where its session says.
 */
export async function readmit(context: LiveContext, session: Session, room: LiveRoom, reason?: SnapshotReason): Promise<void> {
  if (isGone(session)) return
  try {
    await admit(context, session, room, reason)
  } catch (error) {
    fail(context, session, error)
  }
}

/** Asks until there is an answer where its client knows the room already; else whoever does not answer now is the client's to come back for. */
async function admit(context: LiveContext, session: Session, room: LiveRoom, reason?: SnapshotReason): Promise<void> {
  while (!isGone(session)) {
    try {
      return await tryToAdmit(context, session, room, reason)
    } catch (error) {
      if (!(error instanceof Refusal && session.hasState)) throw error
      await waitForLog(context, [session])
    }
  }
}

async function tryToAdmit(context: LiveContext, session: Session, room: LiveRoom, reason?: SnapshotReason): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    room.expect(session)
    const { is_active, is_private } = room.replica.room
    if (!is_active && !is_private) return context.end(session, 'room_closed')
    // Of a private room that is closed, only its owner knows who may be told that it is there.
    if (!is_active) {
      if (!(await askOwner(context, session, room))) return
      continue
    }
    const arrival = await arrive(context, session, room)
    if (isGone(session)) return
    if (arrival.outcome === 'epoch') await context.rooms.reopen(room)
    else if (arrival.outcome === 'not_approved') {
      if (!(await askOwner(context, session, room))) return
    } else if (await settle(context, session, room, arrival, reason)) return
    if (isGone(session)) return
  }
  throw new Refusal('unavailable', { retryAfterMs: 1000 })
}

async function arrive(context: LiveContext, session: Session, room: LiveRoom): Promise<ArriveOutcome> {
  const { connection, identity } = session
  const { log, node } = context
  const { epoch } = room.replica
  // It may be on its way in for the second time, and its presence about to go with the first.
  context.keep(session)
  const arrival = await log.arrive(room.code, { epoch, node, connection: connection.id, userId: identity?.userId ?? '' })
  if (arrival.outcome !== 'arrived') return arrival
  session.arrived = true
  if (room.replica.epoch === epoch) room.receive(arrival.entries)
  // It went away while it arrived: its presence goes too.
  if (isGone(session)) context.letGo(session, 'broken')
  return arrival
}

type Arrived = Extract<ArriveOutcome, { outcome: 'arrived' }>

/**
 * Waits until this node has seen the arrival itself, then gives the session its
 * place. False when what the log said no longer holds, so that it has to be asked again.
 */
async function settle(
  context: LiveContext,
  session: Session,
  room: LiveRoom,
  { entries, member, told, head }: Arrived,
  reason?: SnapshotReason,
): Promise<boolean> {
  if (session.disturbed) return false
  // Where the arrival itself is no event, what came before it may still be on its way here.
  if (entries.length === 0 && room.replica.offset < head) await context.rooms.catchUp(room)
  else await room.reached(entries.at(-1)?.offset ?? 0)
  setMember(session, member)
  // What another node gave it waits for it still: together with what comes it might be too much.
  await hasTaken(session)
  const missed = reason === undefined ? await catchUp(context, session, room) : undefined
  if (isGone(session)) return true
  if (session.disturbed) return false
  // Its name or role may have changed since it arrived.
  setMember(session, room.replica.people.get(session.identity?.userId ?? '') ?? session.member)
  // Up to the head, without a pause from here on: ROOM_STATE and the topic's place leave in the same turn, so no event falls between.
  const rest = missed && missed.reason === undefined ? eventsAfter(room.replica, missed.upTo) : undefined
  // The replica has let go of where it ended, in between: it is in the log still.
  if (missed && missed.reason === undefined && !rest) return false
  room.seat(session, sealPass(context, session))
  if (session.since && missed && rest) {
    const { connection } = session
    connection.send(
      resumedFrame(room.replica, { member: session.member, isHost: session.isHost }, session.since.seq, standing(context, room.replica)),
    )
    for (const payload of missed.payloads) connection.send(payload)
    for (const { payload } of rest) connection.send(payload)
    context.metrics.resumed.inc({ outcome: 'resumed' })
  } else {
    // Who waits to be told of is present all the same, and is shown so to itself.
    const untold = !told && !room.replica.people.has(session.identity?.userId ?? '')
    sendSnapshot(context, session, room.replica, reason ?? missed?.reason ?? (session.since ? 'window' : 'first'), untold)
  }
  if (session.again) session.connection.send(recoveredFrame)
  context.outage.placed(room, [session])
  expectRepetition(context, session, () => void work(context, session))
  // The one to whom the room belongs may find somebody else acting as host.
  if (session.identity?.userId === room.replica.room.owner_id) void lookForHost(context, room)
  void work(context, session)
  return true
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
  room.hold(session)
  session.connection.renew(sealPass(context, session))
  session.connection.send(lobbyFrame(room.code, room.replica.room.name))
  void work(context, session)
}

/** Sends a whole ROOM_STATE at the replica's head. */
export function sendSnapshot(context: LiveContext, session: Session, replica: Replica, reason: SnapshotReason, untold = false): void {
  const { member, isHost } = session
  session.connection.send(snapshotFrame(replica, { member, isHost, untold }, reason, standing(context, replica)))
  context.metrics.resumed.inc({ outcome: reason })
}

function fail(context: LiveContext, session: Session, error: unknown): void {
  if (error instanceof Refusal) {
    // Which part does not answer is of no use to a client.
    if (error.code === 'unauthenticated') context.end(session, 'unauthenticated')
    else context.end(session, 'try_later')
  } else {
    context.logger.error('a connection could not be let in', { error, connection: session.connection.id })
    context.end(session, 'try_later', 'internal')
  }
}

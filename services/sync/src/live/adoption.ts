import type { Adoption } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { eventsAfter } from '../domain/replica'
import { readmit, recheck, sendSnapshot } from './admission'
import { recoveredFrame } from './answers'
import { nextPage } from './catch-up'
import { waitForLog, work } from './commands'
import type { Connection, Door } from './connection'
import type { LiveContext } from './context'
import type { Missed } from './missed'
import { own } from './ownership'
import { expectRepetition } from './repetition'
import type { LiveRoom } from './room'
import { sealPass } from './seal'
import { createSession, identify, isGone, type Session } from './session'

/** One whose token has expired meanwhile is taken over, and has this long to show a new one. */
const renewWithinMs = 30_000

/**
 * Registers the connections of an adoption, at once: what their clients send from
 * now on is kept until they have their place. One without a good pass is closed.
 */
export function takeIn(context: LiveContext, adoption: Adoption, connect: (id: string) => Connection): readonly Session[] {
  return adoption.connections.flatMap(([id, sealed]) => {
    const lobby = adoption.topic === ''
    const { room, released, untaken } = adoption
    const session = createSession(connect(id), { room, lobby, again: !released, adopted: !lobby, untaken })
    context.register(session)
    const pass = context.passes.open(sealed, id, adoption.room)
    if (!pass || context.revocations.has(pass.sessionId)) {
      context.end(session, 'unauthenticated')
      return []
    }
    const { userId, sessionId, isGuest, expiresAtMs } = pass
    const renewByMs = context.clock.nowMs() + renewWithinMs
    identify(context, session, { userId, sessionId, isGuest, expiresAtMs: Math.max(expiresAtMs, renewByMs) })
    context.outage.hold(session)
    return [session]
  })
}

/**
 * Takes over connections that another node had: their topic goes on where it
 * stood, on this door, without a gap and without anything twice. What has been
 * received from their clients meanwhile is performed after that.
 */
export async function adopt(context: LiveContext, door: Door, adoption: Adoption, sessions: readonly Session[]): Promise<void> {
  const here = () => sessions.filter((session) => !isGone(session))
  for (;;) {
    const anyone = here()[0]?.identity
    if (!anyone) return forgetPresence(context, adoption, sessions)
    try {
      const room = await context.rooms.acquire(adoption.room, anyone.userId)
      if (!room) {
        for (const session of here()) context.end(session, 'room_not_found')
        return
      }
      for (const session of here()) {
        session.live = room
        room.expect(session)
      }
      context.metrics.adopted.inc(here().length)
      if (adoption.topic === '') for (const session of here()) seatWaiting(context, session, room)
      else await takeOver(context, door, adoption, room, here())
      return forgetPresence(context, adoption, sessions)
    } catch (error) {
      if (!(error instanceof Refusal)) {
        context.logger.error('an adoption failed', { error, room: adoption.room })
        for (const session of here()) context.end(session, 'try_later', 'internal')
        return
      }
      // The log or the rooms' owner is away: clients keep their sockets, and are taken over when it is back.
      await waitForLog(context, here())
    }
  }
}

/** Those that went away before they had their place may have been present from this node before. */
function forgetPresence(context: LiveContext, adoption: Adoption, sessions: readonly Session[]): void {
  const room = context.rooms.get(adoption.room)
  for (const session of sessions) {
    if (!room || session.live || !isGone(session)) continue
    session.live = room
    context.letGo(session, 'broken')
  }
}

function seatWaiting(context: LiveContext, session: Session, room: LiveRoom): void {
  room.hold(session)
  context.outage.placed(room, [session])
  void recheck(context, session)
  void work(context, session)
}

async function takeOver(context: LiveContext, door: Door, adoption: Adoption, room: LiveRoom, sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) context.keep(session)
  const { owned, unknown } = await own(context, room, () => sessions.filter((session) => !isGone(session)))
  const begun = room.adopted(door, adoption.topic)
  const isWanted = () => !sessions.every(isGone)
  const readsTogether = !begun && !adoption.untaken
  const given = readsTogether ? await context.pageTurn(door, isWanted, () => nextPage(context, room, adoption, isWanted)) : undefined
  // Up to the head, without a pause from here on.
  const reason = room.replica.epoch === adoption.epoch ? 'window' : 'epoch'
  const staying = owned.filter((session) => !isGone(session))
  for (const session of [...unknown, ...staying.filter(({ disturbed }) => disturbed)]) void readmit(context, session, room, reason)
  const undisturbed = staying.filter(({ disturbed }) => !disturbed)
  if (begun || given?.last) seatAll(context, door, adoption, room, undisturbed, given?.last)
  else for (const session of undisturbed) goOnApart(context, session, room, adoption)
}

/** Too much was missed to be given to all of the topic at once, whoever takes it how fast: each goes on as one who comes back. */
function goOnApart(context: LiveContext, session: Session, room: LiveRoom, { epoch, seq }: Adoption): void {
  session.since = { epoch, seq }
  void readmit(context, session, room)
}

function seatAll(
  context: LiveContext,
  door: Door,
  adoption: Adoption,
  room: LiveRoom,
  sessions: readonly Session[],
  missed: Missed | undefined,
): void {
  if (sessions.length === 0) return
  const begun = room.adopted(door, adoption.topic)
  const rest = missed && missed.reason === undefined ? eventsAfter(room.replica, missed.upTo) : undefined
  if (begun && begun !== 'ended') {
    for (const session of sessions) room.seatAdopted(session, begun)
    context.outage.placed(room, sessions)
  } else if (missed && rest) {
    const topic = room.adoptTopic(door, adoption.topic)
    let { seq } = adoption
    for (const payload of missed.payloads) topic.topic.publish(++seq, payload)
    for (const { payload } of rest) topic.topic.publish(++seq, payload)
    for (const session of sessions) room.seatAdopted(session, topic)
    if (!adoption.released) topic.topic.tell(recoveredFrame)
    context.outage.placed(room, sessions, { topic: topic.topic, lost: !adoption.released })
  } else {
    for (const session of sessions) {
      room.seat(session, sealPass(context, session))
      sendSnapshot(context, session, room.replica, missed?.reason ?? 'window')
      if (session.again) session.connection.send(recoveredFrame)
    }
    context.outage.placed(room, sessions)
  }
  for (const session of sessions) {
    expectRepetition(context, session, () => void work(context, session))
    // Closed while no node had it: it has been told by now.
    if (room.replica.room.is_active) void work(context, session)
    else context.end(session, 'room_closed')
  }
}

import type { Adoption } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { eventsAfter } from '../domain/replica'
import type { AdoptOutcome } from '../ports'
import { missedBy, readmit, recheck, sealPass, sendSnapshot } from './admission'
import { recoveredFrame } from './answers'
import { work } from './commands'
import type { Connection, Door } from './connection'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { createSession, type Session, setMember } from './session'

/** One whose token has expired meanwhile is taken over, and has this long to show a new one. */
const renewWithinMs = 30_000
/** How long to wait before asking a log again that does not answer. */
const retryMs = 500

/**
 * Takes over connections that another node had: their topic goes on where it
 * stood, on this door, without a gap and without anything twice. What has been
 * received from their clients meanwhile is performed after that.
 */
export async function adopt(context: LiveContext, door: Door, adoption: Adoption, connect: (id: string) => Connection): Promise<void> {
  const sessions = adoption.connections.flatMap(([id, pass]) => take(context, connect(id), adoption, pass))
  const anyone = sessions[0]?.identity
  if (!anyone) return
  for (;;) {
    const staying = sessions.filter(({ state }) => state !== 'gone')
    try {
      const room = await context.rooms.acquire(adoption.room, anyone.userId)
      if (!room) {
        for (const session of staying) context.end(session, 'room_not_found')
        return
      }
      for (const session of staying) session.live = room
      if (adoption.topic === '') for (const session of staying) seatWaiting(context, session, room)
      else await takeOver(context, door, adoption, room, staying)
      context.metrics.adopted.inc(staying.length)
      return
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (staying.length === 0) return
      // The log or the rooms' owner is away: clients keep their sockets, and are taken over when it is back.
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

/** A session for a connection with a good pass; one without is closed. */
function take(context: LiveContext, connection: Connection, adoption: Adoption, sealed: string): Session[] {
  const session = createSession(connection, { room: adoption.room, lobby: adoption.topic === '', again: !adoption.released })
  const pass = context.passes.open(sealed, connection.id, adoption.room)
  context.sessions.set(connection.id, session)
  if (!pass || context.revocations.has(pass.sessionId)) {
    context.end(session, 'unauthenticated')
    return []
  }
  const { userId, sessionId, isGuest, expiresAtMs } = pass
  session.identity = { userId, sessionId, isGuest, expiresAtMs: Math.max(expiresAtMs, context.clock.nowMs() + renewWithinMs) }
  context.keep(session)
  return [session]
}

function seatWaiting(context: LiveContext, session: Session, room: LiveRoom): void {
  session.state = 'waiting'
  session.waitingSinceMs = context.clock.nowMs()
  room.waiting.add(session)
  void recheck(context, session)
}

async function takeOver(context: LiveContext, door: Door, adoption: Adoption, room: LiveRoom, sessions: readonly Session[]): Promise<void> {
  const outcome = await own(context, room, sessions)
  room.receive(outcome.entries)
  await room.reached(outcome.entries.at(-1)?.offset ?? 0)
  const refused = new Map(outcome.refused.map(({ connection, standing }) => [connection, standing]))
  const adopted: Session[] = []
  for (const session of sessions) {
    const { id } = session.connection
    const member = outcome.members.get(session.identity?.userId ?? '')
    if (!refused.has(id) && member !== undefined) {
      setMember(session, member)
      adopted.push(session)
    } else if (refused.get(id) === undefined) void readmit(context, session, room).then(() => work(context, session))
    else if (refused.get(id) === 'LEFT') context.end(session, 'left')
    else context.end(session, 'removed')
  }
  const from = { epoch: adoption.epoch, seq: adoption.seq }
  const existing = [...room.topics].find(({ topic, door: its }) => its === door && topic.name === adoption.topic)
  const missed = existing ? { payloads: [], upTo: room.replica.seq } : await missedBy(context, room, from)
  // Up to the head, without a pause from here on.
  const rest = missed.reason === undefined ? eventsAfter(room.replica, missed.upTo) : undefined
  const staying = adopted.filter(({ state }) => state !== 'gone')
  if (!rest) {
    for (const session of staying) {
      room.seat(session, sealPass(context, session, 'member'))
      sendSnapshot(context, session, room.replica, missed.reason ?? 'window')
      if (session.again) session.connection.send(recoveredFrame)
    }
  } else if (existing) {
    for (const session of staying) room.seatAdopted(session, existing)
  } else {
    const topic = room.adoptTopic(door, adoption.topic)
    let seq = adoption.seq
    for (const payload of missed.payloads) topic.topic.publish(++seq, payload)
    for (const { payload } of rest) topic.topic.publish(++seq, payload)
    for (const session of staying) room.seatAdopted(session, topic)
    room.addTopic(topic)
    if (!adoption.released) topic.topic.tell(recoveredFrame)
  }
  for (const session of staying) void work(context, session)
}

/** Makes this node the owner of the sessions' presence. */
export async function own(
  context: Pick<LiveContext, 'log' | 'node' | 'rooms'>,
  room: LiveRoom,
  sessions: readonly Session[],
): Promise<Extract<AdoptOutcome, { outcome: 'adopted' }>> {
  const connections = sessions.map(({ connection, identity }) => ({ connection: connection.id, userId: identity?.userId ?? '' }))
  for (let attempt = 0; attempt < 4; attempt++) {
    const outcome = await context.log.adopt(room.code, { epoch: room.replica.epoch, node: context.node, connections })
    if (outcome.outcome === 'adopted') return outcome
    await context.rooms.reopen(room)
  }
  throw new Refusal('unavailable', { retryAfterMs: 1000 })
}

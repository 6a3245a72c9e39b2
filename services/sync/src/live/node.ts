import { type Adoption, type CloseReason, closeCodes, type OpenRequest, type RefusalCode } from '@matinee/contracts'
import { createEndedSessions, type Metrics, type TokenVerifier } from '@matinee/http'
import type { Clock, Ids, Log } from '@matinee/kernel'
import { errorFrame } from '@matinee/socket'
import { parseResumePoint } from '../domain/resume-point'
import type { Passes } from '../passes'
import type { Memberships, RoomLog } from '../ports'
import { enter, readmit, recheck, sendSnapshot } from './admission'
import { adopt, takeIn } from './adoption'
import { receive } from './commands'
import type { Connection, Door } from './connection'
import type { LiveContext, LiveLimits } from './context'
import { createDepartures, type Graces } from './departures'
import { createHealing } from './healing'
import { createLiveMetrics } from './metrics'
import { createOutage } from './outage'
import { reclaim } from './ownership'
import { createPageTurns } from './page-turns'
import { createReadMissed } from './reads'
import type { LiveRoom } from './room'
import { createRooms, type Rooms } from './rooms'
import { sealPass } from './seal'
import { createSession, isApart, type Session, setMember } from './session'
import { createLogClock, createUpkeep } from './upkeep'

/** What a node is made of. */
export interface LiveNodeOptions {
  /** Unique among all nodes that ever were. */
  readonly node: string
  readonly log: RoomLog
  readonly memberships: Memberships
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly passes: Passes
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Log
  readonly metrics: Metrics
  readonly limits: LiveLimits
  readonly graces: Graces
  /** How long the log takes this node for alive after its last beat. */
  readonly leaseMs: number
  readonly tokenLifetimeMs: number
  /** Hears of each client that has come, and how many are here then. */
  readonly onArrival?: (here: number) => void
  /** Runs something once, when so much time has passed: sooner than the next `tick`. */
  readonly wakeIn: (inMs: number, run: () => void) => void
}

/** See `createLiveNode`. */
export type LiveNode = ReturnType<typeof createLiveNode>

/** Closes that say the client went away on purpose; 1005 is a close without a code. */
const cleanCloses: readonly number[] = [1000, 1001, 1005]

/** What a client is told before its socket is closed, for browsers that look at frames rather than at codes. */
const reasons: Partial<Record<CloseReason, RefusalCode>> = {
  unauthenticated: 'unauthenticated',
  not_approved: 'not_approved',
  room_not_found: 'room_not_found',
  room_closed: 'room_closed',
  removed: 'removed',
  too_fast: 'rate_limited',
  try_later: 'unavailable',
}

/** One sync node: its rooms and its clients, whichever doors they came in by. It starts no timer: its owner calls `tick` and `beat`, and wakes it. */
export function createLiveNode(options: LiveNodeOptions) {
  const { log, clock, logger } = options
  const sessions = new Map<string, Session>()
  const adopting = new Map<string, Promise<void>>()
  const logClock = createLogClock(clock)

  const rooms: Rooms = createRooms({
    ...options,
    monotonicMs: () => clock.monotonicMs(),
    logNowMs: () => logClock.nowMs(),
    liveNodes: () => upkeep.liveNodes(),
    end: (session, close) => end(session, close),
    admit: (session) => void recheck(context, session),
    lookSoon: () => upkeep.lookSoon(),
    onTakenForGone: (room) => upkeep.recover(room),
    onRestart(room, restarted, reason) {
      if (reason === 'epoch') {
        outage.startedOver(room, restarted)
        for (const session of restarted) void readmit(context, session, room, reason)
      } else skipAhead(room, restarted)
      // What was said of those who wait may have been lost, too.
      for (const session of room.waiting) void recheck(context, session)
    },
  })
  const departures = createDepartures({ ...options, rooms })
  const outage = createOutage({ log, rooms })
  const context: LiveContext = {
    ...options,
    rooms,
    readMissed: createReadMissed(log),
    pageTurn: createPageTurns(),
    outage,
    sessions,
    revocations: createEndedSessions({ clock: options.clock, tokenTtlMs: options.tokenLifetimeMs }),
    logNowMs: () => logClock.nowMs(),
    lookSoon: () => upkeep.lookSoon(),
    metrics: createLiveMetrics(options.metrics, { sessions: () => sessions.size, rooms: () => rooms.all().length }),
    register,
    letGo: (session, how) => {
      // Unless another session has its connection by now, and its presence.
      if (session.live && !sessions.has(session.connection.id)) departures.expect(session.connection.id, session.live.code, how)
    },
    keep: (session) => departures.cancel(session.connection.id),
    end,
  }
  const healing = createHealing(context)
  const upkeep = createUpkeep(context, { departures, healing, leaseMs: options.leaseMs, logClock })

  function end(session: Session, close: CloseReason, code: RefusalCode | undefined = reasons[close]): void {
    if (session.state === 'gone') return
    if (code) {
      context.metrics.refusals.inc({ code })
      session.connection.send(errorFrame(code, close === 'try_later' ? { retryAfterMs: 1000 } : {}))
    }
    // One connection too many, of which its client is told by the close code alone.
    if (close === 'replaced') context.metrics.refusals.inc({ code: close })
    session.connection.close(closeCodes[close].code, close)
    forget(session, close === 'restarting' || close === 'try_later' ? 'broken' : 'clean')
  }

  function forget(session: Session, how: 'clean' | 'broken'): void {
    if (session.state === 'gone') return
    release(session)
    context.letGo(session, how)
  }

  /**
   * A session with the same connection gives way: its client has come back before its former door was known to be gone. Its
   * presence is that of the one that comes, and goes with it.
   */
  function register(session: Session): void {
    const former = sessions.get(session.connection.id)
    if (former) {
      release(former)
      session.live = former.live
    }
    sessions.set(session.connection.id, session)
    options.onArrival?.(sessions.size)
  }

  /** Forgets a session without ending its presence. */
  function release(session: Session): void {
    session.state = 'gone'
    session.inbox.length = 0
    sessions.delete(session.connection.id)
    session.live?.leave(session)
    session.taken?.()
  }

  /** Members of a room whose log has gone on out of reach: all get their snapshot in this turn, for their topic has one place. */
  function skipAhead(room: LiveRoom, members: readonly Session[]): void {
    for (const session of members) {
      setMember(session, room.replica.people.get(session.identity?.userId ?? '') ?? session.member)
      room.seat(session, sealPass(context, session))
      sendSnapshot(context, session, room.replica, 'window')
    }
    if (!room.replica.room.is_active) for (const session of members) end(session, 'room_closed')
    // Who was removed meanwhile is no member any more.
    reclaim(context, room).catch((error) => logger.warn('members could not be looked at again', { room: room.code, error }))
  }

  log.onConnected((connected) => {
    outage.turned(connected)
    if (connected) upkeep.reconnected().catch((error) => logger.warn('the rooms wait for the next beat', { error }))
  })

  return {
    rooms,
    upkeep,
    healing,
    context,

    /** A client has opened a socket; what becomes of it is told over the connection. */
    connect(connection: Connection, request: OpenRequest): void {
      const since = request.since === undefined ? undefined : parseResumePoint(request.since)
      const { room, lobby, again = false, untaken } = request
      const session = createSession(connection, { room, since, lobby, again, untaken })
      register(session)
      void enter(context, session, request.token)
    },

    /** A client has sent a text frame. */
    receive(connection: string, text: string): void {
      const session = sessions.get(connection)
      if (session) receive(context, session, text)
    },

    /** A client has taken the page it was sent last. */
    taken(connection: string): void {
      const session = sessions.get(connection)
      if (!session) return
      session.untaken = false
      session.taken?.()
    },

    /** A client's socket is gone. */
    disconnect(connection: string, code: number): void {
      const session = sessions.get(connection)
      if (session) forget(session, cleanCloses.includes(code) ? 'clean' : 'broken')
    },

    /** Connections of another node are now this one's. Adoptions of one topic take effect one after the other. */
    adopt(door: Door, adoption: Adoption, connect: (id: string) => Connection): void {
      const key = `${adoption.room} ${adoption.topic}`
      // At once: frames of these connections follow.
      const taken = takeIn(context, adoption, connect)
      const turn = (adopting.get(key) ?? Promise.resolve())
        .then(() => adopt(context, door, adoption, taken))
        .finally(() => {
          if (adopting.get(key) === turn) adopting.delete(key)
        })
      adopting.set(key, turn)
    },

    /** A door is gone, and all who came in by it; another node may have them in a moment. */
    doorClosed(door: Door): void {
      for (const session of [...sessions.values()]) if (session.connection.door === door) forget(session, 'broken')
    },

    /** Gives the sessions of a door away, without ending their presence. */
    releaseDoor(door: Door): void {
      for (const room of rooms.all()) for (const topic of room.topics) if (topic.door === door) room.releaseTopic(topic)
      for (const session of [...sessions.values()]) if (session.connection.door === door) release(session)
    },

    /** Gives away those of a door who are in no topic: they begin anew elsewhere, or go on by themselves where their last page ended. */
    releaseNewcomers(door: Door): void {
      for (const session of [...sessions.values()]) {
        if (session.connection.door === door && (session.state === 'waiting' || (session.state === 'entering' && isApart(session))))
          release(session)
      }
    },

    /** A session has ended elsewhere: its sockets close, its tokens are refused. */
    revoke(sessionId: string): void {
      context.revocations.add(sessionId)
      for (const session of [...sessions.values()]) if (session.identity?.sessionId === sessionId) end(session, 'unauthenticated')
    },

    /** Ends every session of a door, to come back elsewhere. */
    restartDoor(door: Door): void {
      for (const session of [...sessions.values()]) if (session.connection.door === door) end(session, 'restarting')
    },

    /** Whether something of this door's clients is still under way: a command, or their adoption; not those that go on by themselves. */
    busy: (door: Door): boolean =>
      [...sessions.values()].some(
        ({ connection, working, inbox, state, paged }) =>
          connection.door === door && (working || (state === 'entering' && !paged) || (inbox.length > 0 && state === 'member')),
      ),
  }
}

import { type Clock, createSingleFlight } from '@matinee/kernel'
import { recheck } from './admission'
import { policy, tokenExpiringFrame } from './answers'
import { work } from './commands'
import { type LiveContext, lobbyMs } from './context'
import { tellCrowd } from './crowd'
import type { Departures } from './departures'
import type { Healing } from './healing'
import { createMending } from './mending'
import { hasNotRepeated } from './repetition'
import type { LiveRoom } from './room'
import { createSeen } from './seen'
import { lookForHost } from './succession'
import { createTails } from './tails'
import { tellViewing } from './telling'

/** How long before its token expires a client is told. */
const warnAheadMs = 60_000
/** How often one who waits is looked at again, should a note have been lost. */
const recheckMs = 10_000
/** How long a room that nobody uses here stays open: people come back. */
const lingerMs = 10_000
const touchMs = 10 * 60_000
/** How soon a room is looked at again in which somebody tells of a player. */
const soonMs = 200

/** What a node knows of the room log's clock. */
export interface LogClock {
  nowMs(): number
  /** What the log's clock said, halfway between asking and being answered, which are monotonic. */
  learn(logMs: number, askedMs: number, answeredMs: number): void
}

/** How much less is known of a clock as time passes: what quartz strays at most (https://www.rfc-editor.org/rfc/rfc5905, PHI, is 15 ppm; machines that are shared need more). */
const strayPerMs = 100e-6
/** The log tells whole milliseconds. */
const resolutionMs = 1

/**
 * The room log's clock as this node knows it. Between two answers it goes on evenly, whatever is done to this node's wall clock.
 * An answer that took long says little of when it was given, and moves the clock only where what is known cannot be so any more.
 */
export function createLogClock({ nowMs, monotonicMs }: Clock): LogClock {
  // Until the log has answered there is nothing better than this node's own.
  let offsetMs = nowMs() - monotonicMs()
  let known = { errorMs: Number.POSITIVE_INFINITY, atMs: monotonicMs() }
  return {
    nowMs: () => Math.round(monotonicMs() + offsetMs),
    learn(logMs, askedMs, answeredMs) {
      const told = { offsetMs: logMs - (askedMs + answeredMs) / 2, errorMs: (answeredMs - askedMs) / 2 + resolutionMs }
      const knownErrorMs = known.errorMs + (answeredMs - known.atMs) * strayPerMs
      const contradicts = Math.abs(told.offsetMs - offsetMs) > told.errorMs + knownErrorMs
      if (told.errorMs > knownErrorMs && !contradicts) return
      offsetMs = told.offsetMs
      known = { errorMs: told.errorMs, atMs: answeredMs }
    },
  }
}

/** What upkeep needs, beyond what every part of a node works with. */
export interface UpkeepOptions {
  readonly departures: Departures
  readonly healing: Pick<Healing, 'heal'>
  readonly leaseMs: number
  readonly logClock: LogClock
}

/** What a node does by the clock: graces, expiries, heartbeats, its lease, and the ghosts of nodes that are gone. */
export function createUpkeep(context: LiveContext, { departures, healing, leaseMs, logClock }: UpkeepOptions) {
  const { clock, log, rooms, node } = context
  const idleSinceMs = new WeakMap<LiveRoom, number>()
  const lastRecheckMs = new Map<string, number>()
  let liveNodes: readonly string[] = []
  let sparingUntilMs = 0
  let touchedMs = clock.monotonicMs()
  let lookingSoon = false
  const looking = createSingleFlight<readonly string[]>()
  const mending = createMending(context, () => upkeep.liveNodes())
  const tails = createTails(context)

  function watchSessions(nowMs: number): void {
    for (const session of context.sessions.values()) {
      if (hasNotRepeated(session, nowMs)) void work(context, session)
      const { identity, goodUntilMs } = session
      if (!identity) continue
      if (goodUntilMs <= nowMs) context.end(session, 'unauthenticated')
      else if (!session.warnedOfExpiry && (session.state !== 'entering' || session.hasState) && goodUntilMs - nowMs <= warnAheadMs) {
        session.warnedOfExpiry = true
        session.connection.send(tokenExpiringFrame(identity.expiresAtMs))
      }
      if (session.state !== 'waiting') continue
      if (nowMs - session.waitingSinceMs >= lobbyMs) context.end(session, 'try_later')
      else if (nowMs - (lastRecheckMs.get(session.connection.id) ?? session.waitingSinceMs) >= recheckMs) {
        lastRecheckMs.set(session.connection.id, nowMs)
        void recheck(context, session)
      }
    }
    for (const connection of lastRecheckMs.keys()) if (!context.sessions.has(connection)) lastRecheckMs.delete(connection)
  }

  function watchRooms(nowMs: number): void {
    const leaving = departures.rooms()
    for (const room of rooms.all()) {
      room.heartbeat(policy.heartbeat_ms)
      void tellCrowd(context, room)
      void lookForHost(context, room)
      const used = room.members.size + room.waiting.size + room.entering.size > 0 || leaving.has(room.code)
      if (used) idleSinceMs.delete(room)
      else if (!idleSinceMs.has(room)) idleSinceMs.set(room, nowMs)
      else if (nowMs - (idleSinceMs.get(room) ?? nowMs) >= lingerMs) {
        idleSinceMs.delete(room)
        void rooms.close(room)
      }
    }
  }

  /** What rooms tell of how they are being watched; looked at again before long while there is something to tell. */
  function watchViewing(): void {
    const watched = rooms.all().filter(({ viewing }) => !viewing.isStill())
    for (const room of watched) tellViewing(context, room)
    if (watched.length > 0) upkeep.lookSoon()
  }

  /** Rooms that are looked after may have lost rows with their log, and facts may have come while there was none to take them. */
  async function mend(): Promise<void> {
    if (await mending.mend()) void healing.heal()
  }

  async function look(): Promise<readonly string[]> {
    const askedMs = clock.monotonicMs()
    const { nowMs, liveNodes: live, lapsed } = await log.beat(node, leaseMs)
    logClock.learn(nowMs, askedMs, clock.monotonicMs())
    // After an outage of the log every lease has run out: others are given the time to renew theirs.
    if (lapsed) sparingUntilMs = clock.monotonicMs() + leaseMs
    const spared = clock.monotonicMs() < sparingUntilMs ? liveNodes.filter((other) => !live.includes(other)) : []
    const gone = liveNodes.some((other) => !live.includes(other) && !spared.includes(other))
    liveNodes = [...live, ...spared]
    // Not awaited: with many rooms it takes longer than a lease.
    if (lapsed) {
      mending.expect()
      void mend()
    }
    if (gone) void mending.clear()
    return liveNodes
  }

  const upkeep = {
    /**
     * Which nodes are live right now. Asked before people are taken for ghosts: a node that has just
     * come would else be one of them. Renews the lease, and clears away after nodes that are gone.
     */
    liveNodes: (): Promise<readonly string[]> => looking('live nodes', look),

    /** To be called several times within a lease. Rejects when the log does not answer. */
    async beat(): Promise<void> {
      await upkeep.liveNodes()
      void mend()
      await tails.look()
      if (clock.monotonicMs() - touchedMs >= touchMs) {
        await log.touch(rooms.all().map(({ code }) => code))
        touchedMs = clock.monotonicMs()
      }
    },

    /** Others took this node for gone, though its lease may not have run out: its people in the room are claimed again. */
    recover(room: LiveRoom): void {
      mending.claim(room)
      void mend()
    },

    /** Has rooms that are being watched looked at within a moment. */
    lookSoon(): void {
      if (lookingSoon) return
      lookingSoon = true
      context.wakeIn(soonMs, () => {
        lookingSoon = false
        watchViewing()
      })
    },

    /** To be called about once a second: everything is looked at. What is due sooner wakes the node by itself. */
    tick(): void {
      const nowMs = clock.monotonicMs()
      void departures.tick()
      watchSessions(nowMs)
      watchRooms(nowMs)
      watchViewing()
    },

    /** The log answers again: what passed meanwhile is made up for, room by room. Where that fails, later beats go on with it. */
    async reconnected(): Promise<void> {
      mending.expect()
      // The lease first: a node that is not live would be evicted by others while it opens its rooms.
      await upkeep.liveNodes()
      await mend()
    },

    /** Who is here, for the other contexts: see seen.ts. */
    seen: createSeen({ node, rooms, clock, logNowMs: () => logClock.nowMs() }),
  }
  return upkeep
}

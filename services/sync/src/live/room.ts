import type { CloseReason } from '@matinee/contracts'
import type { LogEntry } from '../domain/log-entry'
import { advance, forgetTail, type Replica, replicaOf } from '../domain/replica'
import type { RoomImage } from '../domain/room-image'
import { createAbsence } from '../domain/succession'
import type { Connection, Door, Topic } from './connection'
import { createCrowdDue } from './crowd'
import { react } from './reactions'
import type { Session } from './session'
import { createViewing } from './viewing'

/** A topic of this room. Its sessions say that they are in it: a set of them would take 54 bytes a member. */
export interface RoomTopic {
  readonly topic: Topic
  readonly door: Door
  /** How many sessions are in it. */
  count: number
}

/** What a live room begins with, and whom it tells what it cannot do itself. */
export interface LiveRoomOptions {
  readonly code: string
  readonly image: RoomImage
  /** Hears that entries are missing; asked once per gap. What it finds comes back through `receive`. */
  readonly onGap: () => void
  /** Ends a session that the room no longer wants. */
  readonly end: (session: Session, close: CloseReason) => void
  /** Lets one in who was waiting. */
  readonly admit: (session: Session) => void
  /** Hears that the log says of somebody who is here that they have gone: by mistake, or because another node has them by now. */
  readonly takenForGone: () => void
  /** Hears in how many milliseconds something is to be told of who came and went. */
  readonly onCrowd: (inMs: number) => void
  /** For durations. */
  readonly monotonicMs: () => number
  /** The room log's clock. */
  readonly logNowMs: () => number
}

/** See `createLiveRoom`. */
export type LiveRoom = ReturnType<typeof createLiveRoom>

/**
 * A room as one node serves it: a replica, the topics its events go to, and the
 * sessions of its clients here. Entries may be handed in twice and in any order;
 * each takes effect once, in the log's order.
 */
export function createLiveRoom({ code, image, onGap, end, admit, takenForGone, onCrowd, monotonicMs, logNowMs }: LiveRoomOptions) {
  let replica = replicaOf(image)
  const crowdDue = createCrowdDue(monotonicMs, onCrowd)
  crowdDue.begin(image)
  const viewing = createViewing({ nowMs: logNowMs, room: () => replica.room })
  viewing.begin(replica.playback)
  const topics = new Set<RoomTopic>()
  const entering = new Set<Session>()
  const waiting = new Set<Session>()
  const members = new Set<Session>()
  const early = new Map<number, LogEntry>()
  const awaited: { readonly offset: number; readonly resolve: () => void }[] = []
  let unpublished: { readonly seq: number; readonly resolve: () => void }[] = []
  /** Names of the topics that were adopted, by the door they came over. */
  const begun = new WeakMap<Door, Set<string>>()
  let asked = false
  let lastPublishMs = monotonicMs()
  let lastWaitingToldMs = monotonicMs()

  function receive(entries: readonly LogEntry[]): void {
    for (const entry of entries) if (entry.offset > replica.offset) early.set(entry.offset, entry)
    for (let next = early.get(replica.offset + 1); next; next = early.get(replica.offset + 1)) {
      early.delete(next.offset)
      take(next)
    }
    if (early.size === 0) asked = false
    else if (!asked) {
      asked = true
      onGap()
    }
  }

  function take(entry: LogEntry): void {
    const before = replica.playback
    advance(replica, entry)
    if (replica.playback !== before) viewing.follow(entry, before, replica.playback)
    if (entry.note === 0) {
      lastPublishMs = monotonicMs()
      for (const { topic } of topics) topic.publish(entry.seq, entry.payload)
    }
    crowdDue.follow(entry)
    react(entry, { entering, waiting, members, pending: replica.pending.values(), end, admit, takenForGone })
    while ((awaited[0]?.offset ?? Number.POSITIVE_INFINITY) <= replica.offset) awaited.shift()?.resolve()
    if (unpublished.length > 0) unpublished = unpublished.filter(({ seq, resolve }) => seq > replica.seq || resolve())
  }

  function leaveTopic(session: Session): void {
    const { topic } = session
    if (!topic) return
    session.topic = undefined
    topic.count--
    if (topic.count === 0) topics.delete(topic)
  }

  function dismiss(session: Session): void {
    members.delete(session)
    viewing.forget(session)
  }

  function settleIn(session: Session, topic: RoomTopic): void {
    topics.add(topic)
    if (session.topic !== topic) {
      leaveTopic(session)
      topic.count++
      session.topic = topic
    }
    session.state = 'member'
    session.hasState = true
    session.paged = false
    session.cameOnVersion = replica.playback.version
    entering.delete(session)
    waiting.delete(session)
    members.add(session)
  }

  return {
    code,
    get replica(): Replica {
      return replica
    },
    crowdDue,
    viewing,
    /** What this node knows of its host's absence. */
    absence: createAbsence(),
    topics: topics as ReadonlySet<RoomTopic>,
    entering: entering as ReadonlySet<Session>,
    waiting: waiting as ReadonlySet<Session>,
    members: members as ReadonlySet<Session>,
    receive,

    /** Whether entries are missing that lie before others which have come already. */
    hasGap: (): boolean => early.size > 0,
    /** Forgets that entries were asked for: the answer did not close the gap. */
    gapRemains(): void {
      asked = false
      receive([])
    },

    /** Resolves when the replica has the entry at `offset`, or has started over. */
    reached(offset: number): Promise<void> {
      if (replica.offset >= offset) return Promise.resolve()
      return new Promise((resolve) => {
        awaited.push({ offset, resolve })
        awaited.sort((one, other) => one.offset - other.offset)
      })
    },

    /** Resolves when the event `seq` has been handed to the topics here, or the replica has started over. */
    published(seq: number): Promise<void> {
      if (replica.seq >= seq) return Promise.resolve()
      return new Promise((resolve) => {
        unpublished.push({ seq, resolve })
      })
    },

    /**
     * The log has become another, or has gone on out of reach: the replica starts over, and no topic
     * gets its events until its sessions have been given a snapshot.
     */
    restart(fresh: RoomImage): void {
      replica = replicaOf(fresh)
      crowdDue.begin(fresh)
      viewing.begin(replica.playback)
      early.clear()
      asked = false
      for (const sessions of [members, entering, waiting]) for (const session of sessions) session.topic = undefined
      topics.clear()
      for (const session of entering) {
        session.disturbed = true
        session.arrived = false
      }
      for (const { resolve } of [...awaited.splice(0), ...unpublished.splice(0)]) resolve()
    },

    /** Takes note of a session on its way in, so that nothing which concerns it passes unseen. */
    expect(session: Session): void {
      session.state = 'entering'
      session.disturbed = false
      session.arrived = false
      waiting.delete(session)
      dismiss(session)
      entering.add(session)
    },

    /** Holds a session in the lobby. */
    hold(session: Session): void {
      session.state = 'waiting'
      session.waitingSinceMs = monotonicMs()
      entering.delete(session)
      waiting.add(session)
    },

    /** Puts a session among the members, in the topic of its door; the caller sends its ROOM_STATE in the same turn. */
    seat(session: Session, pass: string): void {
      leaveTopic(session)
      const topic = mainTopic(session.connection)
      settleIn(session, topic)
      session.connection.admit(topic.topic, replica.epoch, replica.seq, pass)
    },

    /** The topic of this name that was adopted over this door; `ended` when there was one and everybody in it has left. */
    adopted(door: Door, name: string): RoomTopic | 'ended' | undefined {
      for (const topic of topics) if (topic.door === door && topic.topic.name === name) return topic
      return begun.get(door)?.has(name) ? 'ended' : undefined
    },
    /** A topic that another node had, with its own place until it has been brought up to the head. */
    adoptTopic(door: Door, name: string): RoomTopic {
      const names = begun.get(door) ?? new Set()
      begun.set(door, names.add(name))
      return { topic: door.topic(name), door, count: 0 }
    },
    /** Puts an adopted member into its topic, which stands at the head; its client is in it already. */
    seatAdopted: settleIn,
    /** Takes the topic off the room: another node will go on with it. */
    releaseTopic(topic: RoomTopic): void {
      topics.delete(topic)
      for (const session of members) if (session.topic === topic) dismiss(session)
    },

    /** Forgets a session; its presence in the log is another matter. */
    leave(session: Session): void {
      leaveTopic(session)
      for (const place of [entering, waiting]) place.delete(session)
      dismiss(session)
    },

    /** To everybody here, outside the log. */
    tell(payload: string): void {
      for (const { topic } of topics) topic.tell(payload)
      for (const session of waiting) session.connection.send(payload)
    },

    /** To the members here, outside the log. */
    tellMembers(payload: string): void {
      for (const { topic } of topics) topic.tell(payload)
    },

    /** Tells the head to clients that heard nothing for `idleMs`, so that they notice what they missed. */
    heartbeat(idleMs: number): void {
      const nowMs = monotonicMs()
      const isQuiet = nowMs - lastPublishMs >= idleMs
      const waitersHearNothing = waiting.size > 0 && nowMs - lastWaitingToldMs >= idleMs
      if (!isQuiet && !waitersHearNothing) return
      const frame = `{"type":"HEARTBEAT","seq":${replica.seq}}`
      if (isQuiet) {
        lastPublishMs = nowMs
        forgetTail(replica)
        for (const { topic } of topics) topic.tell(frame)
      }
      // Those who wait hear no events, however busy the room is.
      if (waitersHearNothing) {
        lastWaitingToldMs = nowMs
        for (const session of waiting) session.connection.send(frame)
      }
    },
  }

  /** The name carries the epoch: a new log's events must not reach those who only know the old one. */
  function mainTopic({ door }: Connection): RoomTopic {
    const name = `${code}.${replica.epoch}`
    for (const topic of topics) if (topic.door === door && topic.topic.name === name) return topic
    return { topic: door.topic(name), door, count: 0 }
  }
}

import type { closeCodes, LogEvent } from '@matinee/contracts'
import { advance, type Replica, replicaOf } from '../domain/replica'
import type { LogEntry, MemberNote, ReplacedNote, RoomImage } from '../ports'
import type { Connection, Door, Topic } from './connection'
import { type Session, setMember } from './session'

/** A topic of this room, and who is in it. */
export interface RoomTopic {
  readonly topic: Topic
  readonly door: Door
  readonly members: Set<Session>
}

export interface LiveRoomOptions {
  readonly code: string
  readonly image: RoomImage
  /** Hears that entries are missing; asked once per gap. What it finds comes back through `receive`. */
  readonly onGap: () => void
  /** Ends a session that the room no longer wants. */
  readonly end: (session: Session, close: keyof typeof closeCodes) => void
  /** Lets one in who was waiting. */
  readonly admit: (session: Session) => void
  readonly nowMs: () => number
}

export type LiveRoom = ReturnType<typeof createLiveRoom>

/**
 * A room as one node serves it: a replica, the topics its events go to, and the
 * sessions of its clients here. Entries may be handed in twice and in any order;
 * each takes effect once, in the log's order.
 */
export function createLiveRoom({ code, image, onGap, end, admit, nowMs }: LiveRoomOptions) {
  let replica = replicaOf(image)
  const topics = new Set<RoomTopic>()
  const members = new Set<Session>()
  const waiting = new Set<Session>()
  const early = new Map<number, LogEntry>()
  const awaited: { readonly offset: number; readonly resolve: () => void }[] = []
  let unpublished: { readonly seq: number; readonly resolve: () => void }[] = []
  let asked = false
  let lastPublishMs = nowMs()

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
    advance(replica, entry)
    if (entry.note === 0) {
      lastPublishMs = nowMs()
      for (const { topic } of topics) topic.publish(entry.seq, entry.payload)
    }
    react(entry)
    while ((awaited[0]?.offset ?? Number.POSITIVE_INFINITY) <= replica.offset) awaited.shift()?.resolve()
    if (unpublished.length > 0) unpublished = unpublished.filter(({ seq, resolve }) => seq > replica.seq || resolve())
  }

  /** What an entry means to sessions here, beyond the event itself. */
  function react(entry: LogEntry): void {
    switch (entry.type) {
      case 'PARTICIPANT_PENDING':
      case 'PARTICIPANT_APPROVED':
      case 'PARTICIPANT_DENIED': {
        const { user } = JSON.parse(entry.payload) as MemberNote
        const { role: _, ...person } = user
        const frame = JSON.stringify({ type: entry.type, user: person })
        for (const session of members) if (session.isHost) session.connection.send(frame)
        if (entry.type === 'PARTICIPANT_PENDING') return
        for (const session of waitingOf(user.id)) {
          session.connection.send(frame)
          if (entry.type === 'PARTICIPANT_APPROVED') admit(session)
          else end(session, 'not_approved')
        }
        return
      }
      case 'MEMBER_CHANGED': {
        const { user } = JSON.parse(entry.payload) as MemberNote
        for (const session of members) if (session.identity?.userId === user.id) setMember(session, JSON.stringify(user))
        return
      }
      case 'CONNECTION_REPLACED': {
        const { connection } = JSON.parse(entry.payload) as ReplacedNote
        for (const session of members) if (session.connection.id === connection) end(session, 'replaced')
        return
      }
      case 'PARTICIPANT_REMOVED': {
        const event = JSON.parse(entry.payload) as Extract<LogEvent, { type: 'PARTICIPANT_REMOVED' }>
        const close = event.reason === 'left' ? 'left' : 'removed'
        for (const session of [...members, ...waiting]) if (session.identity?.userId === event.user.id) end(session, close)
        return
      }
      case 'ROOM_CLOSED':
        for (const session of [...members, ...waiting]) end(session, 'room_closed')
    }
  }

  const waitingOf = (userId: string) => [...waiting].filter((session) => session.identity?.userId === userId)

  function leaveTopic(session: Session): void {
    const { topic } = session
    if (!topic) return
    session.topic = undefined
    topic.members.delete(session)
    if (topic.members.size === 0) topics.delete(topic)
  }

  return {
    code,
    get replica(): Replica {
      return replica
    },
    topics: topics as ReadonlySet<RoomTopic>,
    members: members as ReadonlySet<Session>,
    waiting,
    receive,

    /** Forgets that entries were asked for: the answer did not close the gap. */
    gapRemains(): void {
      asked = false
      receive([])
    },

    /** Resolves when the replica has the entry at `offset`. */
    reached(offset: number): Promise<void> {
      if (replica.offset >= offset) return Promise.resolve()
      return new Promise((resolve) => {
        awaited.push({ offset, resolve })
        awaited.sort((one, other) => one.offset - other.offset)
      })
    },

    /** Resolves when the event `seq` has been handed to the topics here. */
    published(seq: number): Promise<void> {
      if (replica.seq >= seq) return Promise.resolve()
      return new Promise((resolve) => {
        unpublished.push({ seq, resolve })
      })
    },

    /**
     * The log has become another: the replica starts over, and no topic gets its
     * events until its sessions have been given a snapshot.
     */
    restart(fresh: RoomImage): void {
      replica = replicaOf(fresh)
      early.clear()
      asked = false
      for (const topic of topics) for (const session of topic.members) session.topic = undefined
      topics.clear()
      for (const { resolve } of [...awaited.splice(0), ...unpublished.splice(0)]) resolve()
    },

    /** Puts a session among the members, in the topic of its door or in the given one; the caller sends its ROOM_STATE in the same turn. */
    seat(session: Session, pass: string, given?: RoomTopic): void {
      leaveTopic(session)
      const topic = given ?? mainTopic(session.connection)
      topics.add(topic)
      topic.members.add(session)
      session.topic = topic
      session.state = 'member'
      waiting.delete(session)
      members.add(session)
      session.connection.admit(topic.topic, replica.epoch, replica.seq, pass)
    },

    /** A topic that another node had, with its own place until it has been brought up to the head. */
    adoptTopic(door: Door, name: string): RoomTopic {
      return { topic: door.topic(name), door, members: new Set() }
    },
    /** From now on the topic gets every event; it must stand at the head. */
    addTopic(topic: RoomTopic): void {
      topics.add(topic)
    },
    /** Registers an adopted member, whose client is in the topic already. */
    seatAdopted(session: Session, topic: RoomTopic): void {
      topic.members.add(session)
      session.topic = topic
      session.state = 'member'
      members.add(session)
    },
    /** Takes the topic off the room: another node will go on with it. */
    releaseTopic(topic: RoomTopic): void {
      topics.delete(topic)
      for (const session of topic.members) members.delete(session)
    },

    /** Forgets a session; its presence in the log is another matter. */
    leave(session: Session): void {
      leaveTopic(session)
      members.delete(session)
      waiting.delete(session)
    },

    /** To everybody here, outside the log. */
    tell(payload: string): void {
      for (const { topic } of topics) topic.tell(payload)
    },

    /** Tells the head to clients that heard nothing for `idleMs`, so that they notice what they missed. */
    heartbeat(idleMs: number): void {
      if (nowMs() - lastPublishMs < idleMs) return
      lastPublishMs = nowMs()
      const frame = `{"type":"HEARTBEAT","seq":${replica.seq}}`
      for (const { topic } of topics) topic.tell(frame)
      for (const session of waiting) session.connection.send(frame)
    },
  }

  /** The name carries the epoch: a new log's events must not reach those who only know the old one. */
  function mainTopic({ door }: Connection): RoomTopic {
    const name = `${code}.${replica.epoch}`
    for (const topic of topics) if (topic.door === door && topic.topic.name === name) return topic
    return { topic: door.topic(name), door, members: new Set() }
  }
}

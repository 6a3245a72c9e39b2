import { LogEvent, type Member, type Playback, Room, type RoomRow } from '@matinee/contracts'
import type { LogEntry } from './log-entry'
import type { MemberNote, MemberNoteType } from './note'
import type { Position } from './position'
import type { RoomImage } from './room-image'

/**
 * A node's copy of a room, advanced only by log entries, so that every node that
 * is at the same `offset` has the same copy.
 */
export interface Replica extends Position {
  readonly epoch: string
  seq: number
  note: number
  offset: number
  /** As in the image; raised when the log has been vouched for. */
  rowsTo: number
  room: Room
  /** JSON of `room`, as ROOM_STATE carries it. */
  roomText: string
  playback: Playback
  /** JSON of `playback`. */
  playbackText: string
  /** User id → member's JSON, in the order in which they arrived. */
  readonly people: Map<string, string>
  /** What a newcomer is shown of `people`, until that changes: see room-state.ts. */
  shown: ShownPeople | undefined
  /** User id → member's JSON, in the order in which they asked. */
  readonly pending: Map<string, string>
  /** Payloads of the latest chat messages, oldest first. */
  readonly chats: string[]
  /** The latest events, oldest first, for those who come back after a moment. */
  readonly tail: LogEntry[]
}

/** The newest of those present as JSON, newest first, so that what a newcomer costs does not grow with them. */
export interface ShownPeople {
  /** All that are shown but the last, between commas. */
  readonly first: string
  /** The one who is not shown where the newcomer itself comes on top. */
  readonly last: string | undefined
}

/** How many chat lines a newcomer sees. */
export const chatHistoryLength = 50
/** How many events a replica keeps at hand; older ones are read from the log. */
export const tailLength = 128

const memberNotes: ReadonlySet<string> = new Set<MemberNoteType>([
  'PARTICIPANT_PENDING',
  'PARTICIPANT_APPROVED',
  'PARTICIPANT_DENIED',
  'MEMBER_CHANGED',
])
const knownEvents: ReadonlySet<string> = new Set(
  LogEvent.options.flatMap(({ shape: { type } }) => ('options' in type ? type.options : [type.value])),
)

/** The copy that an image of the log describes. */
export function replicaOf(image: RoomImage): Replica {
  // The row's version is between services; what clients see is the room.
  const room = Room.parse(JSON.parse(image.room) as RoomRow)
  return {
    epoch: image.epoch,
    seq: image.seq,
    note: image.note,
    offset: image.offset,
    rowsTo: image.rowsTo,
    room,
    roomText: JSON.stringify(room),
    playback: JSON.parse(image.playback) as Playback,
    playbackText: image.playback,
    people: new Map(image.people.map(({ userId, member }) => [userId, member])),
    shown: undefined,
    pending: new Map(image.pending.map(({ userId, member }) => [userId, member])),
    chats: [...image.chats],
    tail: [],
  }
}

/** Takes the next entry. Its offset must be the replica's plus one: the caller puts entries in order. */
export function advance(replica: Replica, entry: LogEntry): void {
  if (entry.offset !== replica.offset + 1) throw new Error(`entry ${entry.offset} does not follow ${replica.offset}`)
  replica.offset = entry.offset
  replica.seq = entry.seq
  replica.note = entry.note
  if (entry.note === 0) {
    replica.tail.push(entry)
    // Cut in pieces: shifting one by one would move the whole tail for every event.
    if (replica.tail.length >= 2 * tailLength) replica.tail.splice(0, tailLength)
  }
  if (entry.type === 'CHAT_MESSAGE') {
    replica.chats.push(entry.payload)
    if (replica.chats.length > chatHistoryLength) replica.chats.shift()
    return
  }
  if (entry.note > 0) applyNote(replica, entry)
  // What a later version of a node appends is passed on, and changes nothing here.
  else if (knownEvents.has(entry.type)) applyEvent(replica, LogEvent.parse(JSON.parse(entry.payload)))
}

function applyEvent(replica: Replica, event: LogEvent): void {
  switch (event.type) {
    case 'USER_JOINED':
      changePeople(replica, [event.user], [])
      break
    case 'USER_LEFT':
      changePeople(replica, [], [event.user])
      break
    case 'PRESENCE':
      changePeople(replica, event.joined, event.left)
      break
    case 'PLAY':
    case 'PAUSE':
    case 'SEEK':
    case 'RATE':
    case 'MEDIA': {
      const { media, playing, time, at_ms, rate, version, put_off, user } = event
      replica.playback = { media, playing, time, at_ms, rate, version, ...(put_off && { put_off }), user }
      replica.playbackText = JSON.stringify(replica.playback)
      break
    }
    case 'ROOM_UPDATED':
      replica.room = event.room
      replica.roomText = JSON.stringify(event.room)
      break
    case 'ROOM_CLOSED':
      replica.room = { ...replica.room, is_active: false }
      replica.roomText = JSON.stringify(replica.room)
      break
    case 'HOST_CHANGED':
    case 'ROLE_CHANGED':
      changeMember(replica, event.user)
      break
    case 'PARTICIPANT_REMOVED':
      replica.pending.delete(event.user.id)
      break
    case 'CHAT_MESSAGE':
      break
  }
}

function changePeople(replica: Replica, joined: readonly Member[], left: readonly Member[]): void {
  for (const { id } of left) replica.people.delete(id)
  for (const user of joined) replica.people.set(user.id, JSON.stringify(user))
  replica.shown = undefined
}

function applyNote(replica: Replica, { type, payload }: LogEntry): void {
  if (!memberNotes.has(type)) return
  const { user } = JSON.parse(payload) as MemberNote
  if (type === 'PARTICIPANT_PENDING') replica.pending.set(user.id, JSON.stringify(user))
  else if (type !== 'MEMBER_CHANGED') replica.pending.delete(user.id)
  else changeMember(replica, user)
}

/** A new name or role, where the old one is known. */
function changeMember(replica: Replica, user: Member): void {
  const text = JSON.stringify(user)
  if (replica.people.has(user.id)) {
    replica.people.set(user.id, text)
    replica.shown = undefined
  }
  if (replica.pending.has(user.id)) replica.pending.set(user.id, text)
}

/** Lets go of the latest events, when there has been none for long: whoever has not seen them by now reads them from the log. */
export function forgetTail(replica: Replica): void {
  replica.tail.length = 0
}

/** The events after `seq` up to the head, if the replica has all of them at hand. */
export function eventsAfter(replica: Replica, seq: number): readonly LogEntry[] | undefined {
  if (seq === replica.seq) return []
  if (seq > replica.seq) return undefined
  const first = replica.tail[0]
  if (!first || first.seq > seq + 1) return undefined
  return replica.tail.slice(seq + 1 - first.seq)
}

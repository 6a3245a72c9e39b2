import type { LogEventType, ParticipantRow, RoomRow } from '@matinee/contracts'
import type { LogEntry } from '../domain/log-entry'
import type { NoteType } from '../domain/note'
import { chatHistoryLength } from '../domain/replica'
import type { RoomImage } from '../domain/room-image'
import type { OpenRoom } from '../ports'
import { createEntryWindow, type EntryWindow } from './entry-window'
import { type Crowd, newCrowd, personChanged } from './memory-crowd'
import { announce } from './participant-change'
import { connectionsPerPerson, type RoomLogBounds } from './room-log.bounds'
import { choiceText, eventText, hostText, mediaText, memberText, newTimeline, roomRowText, roomText } from './room-log.texts'

/** One room of the log in memory. Maps keep the order of arrival. */
export interface MemoryRoom extends Crowd {
  readonly epoch: string
  readonly members: Map<string, ParticipantRow>
  readonly connections: Map<string, { readonly userId: string; node: string }>
  /** Connections of each person present. */
  readonly people: Map<string, number>
  readonly listeners: Map<string, Pick<OpenRoom, 'listener' | 'onWhisper'>>
  readonly commands: Map<string, { readonly seq: number; readonly untilMs: number }>
  readonly window: EntryWindow
  /** Payloads of the latest chat messages, oldest first, whatever the window has let go. */
  readonly chats: string[]
  row: RoomRow
  rowsTo: number
  playback: string
  playbackVersion: number
  /** For which command a version was claimed last. */
  claim: { readonly version: number; readonly untilMs: number; readonly claimant: string } | undefined
  seq: number
  note: number
  offset: number
  expiresAtMs: number
}

/** Where one call's entries are written, all with one stamp. */
export interface Writing {
  readonly nowMs: number
  readonly entries: LogEntry[]
  event(type: LogEventType, body: string): LogEntry
  note(type: NoteType, body: string): void
}

export function createMemoryRoom(seed: NonNullable<OpenRoom['seed']>, bounds: RoomLogBounds, nowMs: number): MemoryRoom {
  return {
    epoch: seed.epoch,
    members: new Map(seed.participants.map((row) => [row.user_id, row])),
    connections: new Map(),
    people: new Map(),
    ...newCrowd(),
    listeners: new Map(),
    commands: new Map(),
    window: createEntryWindow(bounds),
    chats: [],
    row: seed.room,
    rowsTo: seed.rowsTo,
    playback: `{${newTimeline(mediaText(seed.room), nowMs, 0)}`,
    playbackVersion: 0,
    claim: undefined,
    seq: 0,
    note: 0,
    offset: 0,
    expiresAtMs: nowMs + bounds.expiryMs,
  }
}

export function writeTo(room: MemoryRoom, nowMs: number): Writing {
  const entries: LogEntry[] = []
  const add = (type: LogEntry['type'], payload: string): LogEntry => {
    room.offset += 1
    const entry = { offset: room.offset, seq: room.seq, note: room.note, type, payload }
    room.window.add(entry, nowMs)
    entries.push(entry)
    if (type === 'CHAT_MESSAGE' && room.chats.push(payload) > chatHistoryLength) room.chats.shift()
    return entry
  }
  return {
    nowMs,
    entries,
    event(type, body) {
      room.seq += 1
      room.note = 0
      return add(type, eventText(room.seq, nowMs, type, body))
    },
    note(type, body) {
      room.note += 1
      add(type, body)
    },
  }
}

export function putMember(room: MemoryRoom, row: ParticipantRow, asOf: number, writing: Writing): void {
  const before = room.members.get(row.user_id)
  if (before ? before.version >= row.version : asOf < room.rowsTo) return
  room.members.set(row.user_id, row)
  if (!before && row.version <= room.rowsTo && row.standing !== 'PENDING') return
  for (const { kind, type, body } of announce(before, row)) {
    if (kind === 'event') writing.event(type, body)
    else writing.note(type, body)
  }
}

/** Answers whether the room was closed, or opened again. */
export function putRoom(room: MemoryRoom, row: RoomRow, bounds: RoomLogBounds, writing: Writing): boolean {
  const before = room.row
  if (before.version >= row.version) return false
  room.row = row
  if (roomText(before) !== roomText(row)) writing.event('ROOM_UPDATED', `"room":${roomText(row)}}`)
  if (before.host.id !== row.host.id) writing.event('HOST_CHANGED', `"user":${hostText(row)},"role":"host"}`)
  const chosen = choiceText(row)
  if (mediaText(before) !== mediaText(row) || (chosen !== '' && chosen !== choiceText(before))) {
    const member = room.members.get(row.media_by?.user_id ?? '')
    room.playbackVersion += 1
    const timeline = newTimeline(mediaText(row), writing.nowMs, room.playbackVersion, member && memberText(member))
    room.playback = `{${timeline}`
    const { seq } = writing.event('MEDIA', timeline)
    if (chosen !== '') rememberCommand(room, chosen, seq, bounds, writing)
  }
  if (before.is_active && !row.is_active) writing.event('ROOM_CLOSED', '"reason":"closed_by_host"}')
  return before.is_active !== row.is_active
}

/** `command` names its sender and its id. Re-added, an id is the youngest again: the map stays ordered by age. */
export function rememberCommand(room: MemoryRoom, command: string, seq: number, { commandIdMs }: RoomLogBounds, { nowMs }: Writing): void {
  room.commands.delete(command)
  room.commands.set(command, { seq, untilMs: nowMs + commandIdMs })
  for (const [old, { untilMs }] of room.commands) {
    if (untilMs > nowMs) break
    room.commands.delete(old)
  }
}

/** Makes `node` the owner of a connection, and adds it to those present if it is not there. */
export function addConnection(
  room: MemoryRoom,
  connection: { connection: string; node: string },
  member: ParticipantRow,
  bounds: RoomLogBounds,
  writing: Writing,
) {
  const present = room.connections.get(connection.connection)
  if (present) {
    present.node = connection.node
    return
  }
  const userId = member.user_id
  room.connections.set(connection.connection, { userId, node: connection.node })
  const count = (room.people.get(userId) ?? 0) + 1
  room.people.set(userId, count)
  if (count === 1) personChanged(room, userId, bounds, writing)
  if (count <= connectionsPerPerson) return
  for (const [oldest, { userId: owner }] of room.connections) {
    if (owner !== userId) continue
    writing.note('CONNECTION_REPLACED', JSON.stringify({ connection: oldest }))
    removeConnection(room, oldest, bounds, writing)
    return
  }
}

export function removeConnection(room: MemoryRoom, connection: string, bounds: RoomLogBounds, writing: Writing): void {
  const present = room.connections.get(connection)
  if (!present) return
  room.connections.delete(connection)
  const count = (room.people.get(present.userId) ?? 1) - 1
  if (count > 0) {
    room.people.set(present.userId, count)
    return
  }
  room.people.delete(present.userId)
  personChanged(room, present.userId, bounds, writing)
}

/** Takes away the connections of nodes that are not live, and what those nodes had open. */
export function removeDead(room: MemoryRoom, liveNodes: readonly string[], bounds: RoomLogBounds, writing: Writing): void {
  for (const node of [...room.listeners.keys()]) if (!liveNodes.includes(node)) room.listeners.delete(node)
  for (const [connection, { node }] of [...room.connections]) {
    if (!liveNodes.includes(node)) removeConnection(room, connection, bounds, writing)
  }
}

export function imageOf(room: MemoryRoom, { wasServing }: Pick<RoomImage, 'wasServing'>): RoomImage {
  const named = (row: ParticipantRow) => ({ userId: row.user_id, member: memberText(row) })
  const rows = [...room.members.values()]
  return {
    epoch: room.epoch,
    seq: room.seq,
    note: room.note,
    offset: room.offset,
    wasServing,
    rowsTo: room.rowsTo,
    room: roomRowText(room.row),
    playback: room.playback,
    people: [...room.told].flatMap((userId) => room.members.get(userId) ?? []).map(named),
    presenceDue: room.presenceDue,
    pending: rows
      .filter(({ standing }) => standing === 'PENDING')
      .sort((a, b) => a.joined_at_ms - b.joined_at_ms || a.version - b.version)
      .map(named),
    chats: [...room.chats],
  }
}

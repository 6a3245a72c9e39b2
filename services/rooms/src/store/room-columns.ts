import type { Participant, Room } from '../domain/room'
import type { Tables } from './tables'

type RoomColumns = Tables['rooms']['$inferSelect']
type ParticipantColumns = Tables['participants']['$inferSelect']

/** A stored room as the domain knows it. */
export const toRoom = (row: RoomColumns): Room => ({
  id: row.id,
  code: row.code,
  name: row.name,
  host: { userId: row.hostId, displayName: row.hostName, isGuest: row.hostIsGuest },
  isPrivate: row.isPrivate,
  entryMode: row.entryMode,
  passwordHash: row.passwordHash,
  medium: row.videoProvider === null || row.videoId === null ? null : { provider: row.videoProvider, id: row.videoId },
  isChatEnabled: row.isChatEnabled,
  isActive: row.isActive,
  createdAtMs: row.createdAtMs,
  counter: row.counter,
  version: row.version,
})

export const fromRoom = (room: Room): RoomColumns => ({
  id: room.id,
  code: room.code,
  name: room.name,
  nameFolded: folded(room.name),
  hostId: room.host.userId,
  hostName: room.host.displayName,
  hostIsGuest: room.host.isGuest,
  isPrivate: room.isPrivate,
  entryMode: room.entryMode,
  passwordHash: room.passwordHash,
  videoProvider: room.medium?.provider ?? null,
  videoId: room.medium?.id ?? null,
  isChatEnabled: room.isChatEnabled,
  isActive: room.isActive,
  createdAtMs: room.createdAtMs,
  counter: room.counter,
  version: room.version,
})

/** A participant's row has the same names on both sides. */
export const fromParticipant = (row: Participant): ParticipantColumns => ({
  roomId: row.roomId,
  userId: row.userId,
  displayName: row.displayName,
  isGuest: row.isGuest,
  standing: row.standing,
  role: row.role,
  joinedAtMs: row.joinedAtMs,
  standingSinceMs: row.standingSinceMs,
  lastHeartbeatMs: row.lastHeartbeatMs,
  namedAtMs: row.namedAtMs,
  version: row.version,
})

/** Text as searches compare it: without regard to case or to how characters are composed. */
export const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

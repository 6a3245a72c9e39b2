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
  ownerId: row.ownerId ?? row.hostId,
  successorId: row.successorId,
  isPrivate: row.isPrivate,
  entryMode: row.entryMode,
  passwordHash: row.passwordHash,
  medium: row.videoProvider === null || row.videoId === null ? null : { provider: row.videoProvider, id: row.videoId },
  mediumBy: row.mediumBy === null || row.mediumCommandId === null ? null : { userId: row.mediumBy, commandId: row.mediumCommandId },
  choices: row.choices ?? [],
  isChatEnabled: row.isChatEnabled,
  control: row.control ?? 'host',
  waitForReady: row.waitForReady ?? false,
  pauseForStalled: row.pauseForStalled ?? false,
  playbackPolicy: row.playbackPolicy ?? {},
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
  ownerId: room.ownerId,
  successorId: room.successorId,
  isPrivate: room.isPrivate,
  entryMode: room.entryMode,
  passwordHash: room.passwordHash,
  videoProvider: room.medium?.provider ?? null,
  videoId: room.medium?.id ?? null,
  mediumBy: room.mediumBy?.userId ?? null,
  mediumCommandId: room.mediumBy?.commandId ?? null,
  choices: room.choices,
  isChatEnabled: room.isChatEnabled,
  control: room.control,
  waitForReady: room.waitForReady,
  pauseForStalled: room.pauseForStalled,
  playbackPolicy: room.playbackPolicy,
  isActive: room.isActive,
  createdAtMs: room.createdAtMs,
  counter: room.counter,
  version: room.version,
})

/** A stored participant as the domain knows it. */
export const toParticipant = (row: ParticipantColumns): Participant => ({ ...row, isModerator: row.isModerator ?? false })

export const fromParticipant = (row: Participant): ParticipantColumns => ({
  roomId: row.roomId,
  userId: row.userId,
  displayName: row.displayName,
  isGuest: row.isGuest,
  standing: row.standing,
  role: row.role,
  isModerator: row.isModerator,
  joinedAtMs: row.joinedAtMs,
  standingSinceMs: row.standingSinceMs,
  lastHeartbeatMs: row.lastHeartbeatMs,
  namedAtMs: row.namedAtMs,
  version: row.version,
})

/** Text as searches compare it: without regard to case or to how characters are composed. */
export const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

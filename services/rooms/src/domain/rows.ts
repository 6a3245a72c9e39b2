import type { Media, ParticipantList, ParticipantRow, Person as PersonAnswer, Room as RoomAnswer, RoomRow } from '@matinee/contracts'
import { addressOf } from './providers/registry'
import type { LiveParticipant, Medium, Participant, Person, Room } from './room'

/** A room as those who may see it are shown it: never its password's hash. */
export const roomAnswer = (room: Room): RoomAnswer => ({
  room_id: room.id,
  room_code: room.code,
  name: room.name,
  is_private: room.isPrivate,
  entry_mode: room.entryMode,
  host: personAnswer(room.host),
  owner_id: room.ownerId,
  media: room.medium && mediaAnswer(room.medium),
  is_chat_enabled: room.isChatEnabled,
  control: room.control,
  wait_for_ready: room.waitForReady,
  pause_for_stalled: room.pauseForStalled,
  successor_id: room.successorId,
  playback_policy: room.playbackPolicy,
  is_active: room.isActive,
  created_at_ms: room.createdAtMs,
})

/** A room as other services know it. */
export const roomRow = (room: Room): RoomRow => ({
  ...roomAnswer(room),
  media_by: room.mediumBy && { user_id: room.mediumBy.userId, command_id: room.mediumBy.commandId },
  version: room.version,
})

/** A participant as other services know it, tombstones included. */
export const participantRow = (room: Room, row: Participant): ParticipantRow => ({
  room_id: room.id,
  room_code: room.code,
  user_id: row.userId,
  display_name: row.displayName,
  is_guest: row.isGuest,
  standing: row.standing,
  role: row.role,
  joined_at_ms: row.joinedAtMs,
  version: row.version,
})

/** A participant as those who may see the people of a room are shown it. Only for live rows. */
export const participantAnswer = (row: LiveParticipant): ParticipantList['participants'][number] => ({
  user: personAnswer(row),
  status: row.standing,
  role: row.role,
  joined_at_ms: row.joinedAtMs,
  last_heartbeat_ms: row.lastHeartbeatMs,
})

const personAnswer = (person: Person): PersonAnswer => ({
  id: person.userId,
  display_name: person.displayName,
  is_guest: person.isGuest,
})

const mediaAnswer = (medium: Medium): Media => ({ ...medium, url: addressOf(medium) })

import * as z from 'zod'
import { Role, roomObject, roomShape } from '../http/rooms'
import { InstantMs, RoomId, UserId } from '../ids'
import { CommandId } from '../live/client-frames'

/**
 * Where a participant stands. Only PENDING and APPROVED are seen by clients; a
 * row that was denied, left or removed stays as a tombstone, so that an older
 * APPROVED that arrives late cannot bring it back.
 */
export const Standing = z.enum(['PENDING', 'APPROVED', 'DENIED', 'LEFT', 'REMOVED'])
export type Standing = z.infer<typeof Standing>

/** A participant as other services know it. `version` is the room's counter when the row last changed. */
export const ParticipantRow = z.object({
  room_id: RoomId,
  room_code: z.string(),
  user_id: UserId,
  display_name: z.string(),
  is_guest: z.boolean(),
  standing: Standing,
  role: Role,
  joined_at_ms: InstantMs,
  version: z.int().min(1),
})
export type ParticipantRow = z.infer<typeof ParticipantRow>

/** Who chose a medium in the live room, and by which command of theirs. */
export const MediaBy = z.object({ user_id: UserId, command_id: CommandId })
export type MediaBy = z.infer<typeof MediaBy>

/** A room as other services know it. `version` is the room's counter when the row last changed. */
export const RoomRow = roomObject({
  ...roomShape,
  /** Null where the medium was not chosen by a command in the live room. */
  media_by: MediaBy.nullable().default(null),
  version: z.int().min(1),
})
export type RoomRow = z.infer<typeof RoomRow>

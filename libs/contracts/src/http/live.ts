import * as z from 'zod'
import { ParticipantRow, RoomRow } from '../events/rows'
import { RoomCode, UserId } from '../ids'
import { CommandId } from '../live/client-frames'
import { VideoUrl } from './rooms'

/** How many of those present one question about succession may name. */
export const mostPresentAsked = 1_000

/**
 * `POST /internal/succession`: who shall act as host, given who is here. Never routed by the gateway. The answer is the same
 * however often it is asked. The owner is host whenever it is present; another stands in only while `host_id` is host and
 * is not present: the named successor, else the moderator, else the account that has been here longest, else nobody.
 */
export const SuccessionQuery = z.strictObject({
  room_code: RoomCode,
  /** Who is believed to be host. Where another is host by now, nobody succeeds it. */
  host_id: UserId,
  /** Those present, the one who came first first. */
  present: z.array(UserId).max(mostPresentAsked),
})
export type SuccessionQuery = z.infer<typeof SuccessionQuery>

/** The rows as they are afterwards, for the log; they are announced as facts, too. */
export const SuccessionAnswer = z.object({
  /** Null when there is no such room. */
  room: RoomRow.nullable(),
  /** The rows of the host, of the owner, and of the one believed to be host, the oldest version first. */
  participants: z.array(ParticipantRow),
})
export type SuccessionAnswer = z.infer<typeof SuccessionAnswer>

/**
 * `POST /internal/media`: somebody in the live room, who may, chooses what is watched. Never routed by the gateway. The same
 * command put again changes nothing, also after up to 15 others. Refused: `room_not_found`, `room_closed`, `unsupported_video`.
 */
export const MediaQuery = z.strictObject({ room_code: RoomCode, user_id: UserId, command_id: CommandId, video_url: VideoUrl })
export type MediaQuery = z.infer<typeof MediaQuery>

/** The room's row with the medium in it, for the log; it is announced as a fact, too. */
export const MediaAnswer = z.object({ room: RoomRow })
export type MediaAnswer = z.infer<typeof MediaAnswer>

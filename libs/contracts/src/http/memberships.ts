import * as z from 'zod'
import { ParticipantRow, RoomRow } from '../events/rows'
import { RoomCode, UserId } from '../ids'

/** `POST /internal/memberships`: what rooms knows of one user in one room. Never routed by the gateway. */
export const MembershipQuery = z.strictObject({ room_code: RoomCode, user_id: UserId })
export type MembershipQuery = z.infer<typeof MembershipQuery>

export const MembershipAnswer = z.object({
  /** Null when there is no such room. */
  room: RoomRow.nullable(),
  /** The user's own row, whatever its standing; null when the user never asked to enter. */
  participant: ParticipantRow.nullable(),
  /** Those who wait, when the user is the room's host; else empty. */
  pending: z.array(ParticipantRow),
  /** The room's counter: what is answered is not older. 0 when there is no such room, and from a rooms that does not tell. */
  counter: z.int().min(0).default(0),
})
export type MembershipAnswer = z.infer<typeof MembershipAnswer>

/** How many rooms one question about newer rows may name. */
export const mostRoomsAsked = 500

/**
 * `POST /internal/rows`: what of these rooms has changed since they had the version `after`, each room once. Never routed by the
 * gateway. Repeated with the versions that the answer names, until the answer has no `more`, it tells everything.
 */
export const NewerRowsQuery = z.strictObject({
  rooms: z.array(z.strictObject({ room_code: RoomCode, after: z.int().min(0) })).max(mostRoomsAsked),
})
export type NewerRowsQuery = z.infer<typeof NewerRowsQuery>

export const NewerRows = z.object({
  /** Rooms of which something is newer; the others are not named, nor are those that do not exist. */
  rooms: z.array(
    z.object({
      room_code: z.string(),
      /** The room's row, if it is newer. */
      room: RoomRow.nullable(),
      /** Participants' rows that are newer, whatever their standing, the oldest version first. */
      participants: z.array(ParticipantRow),
      /** The version up to which this is all that is newer. */
      up_to: z.int().min(1),
    }),
  ),
  /** Whether there is more than one answer holds. */
  more: z.boolean(),
})
export type NewerRows = z.infer<typeof NewerRows>

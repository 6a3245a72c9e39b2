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
})
export type MembershipAnswer = z.infer<typeof MembershipAnswer>

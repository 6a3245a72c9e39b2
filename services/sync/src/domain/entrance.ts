import type { CloseReason, MembershipAnswer, RefusalCode } from '@matinee/contracts'

/** What a socket is told that asks for a room, by what the owner of memberships says. */
export type Entrance =
  | { readonly verdict: 'enter' }
  | { readonly verdict: 'wait' }
  | { readonly verdict: 'refuse'; readonly code: RefusalCode; readonly close: CloseReason }

const refuse = (code: RefusalCode, close: CloseReason): Entrance => ({ verdict: 'refuse', code, close })

/**
 * Judges one who is not known to be approved. A private room is not there for
 * those without a participant row; having left is as having none.
 */
export function entranceOf({ room, participant }: MembershipAnswer): Entrance {
  if (!room) return refuse('room_not_found', 'room_not_found')
  const standing = participant?.standing
  const stranger = standing === undefined || standing === 'LEFT'
  if (stranger && room.is_private) return refuse('room_not_found', 'room_not_found')
  if (!room.is_active) return refuse('room_closed', 'room_closed')
  if (standing === 'APPROVED') return { verdict: 'enter' }
  if (standing === 'PENDING') return { verdict: 'wait' }
  if (standing === 'REMOVED') return refuse('removed', 'removed')
  return refuse('not_approved', 'not_approved')
}

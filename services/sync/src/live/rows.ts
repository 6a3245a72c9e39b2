import type { MembershipAnswer, ParticipantRow, RoomRow } from '@matinee/contracts'
import type { Written } from '../ports'
import type { LiveContext } from './context'

type RowContext = Pick<LiveContext, 'log' | 'rooms'>

/** Applies rows of the memberships' owner to the log, and what follows from them to the room if it is served here. */
export async function applyRows(context: RowContext, { room, participant, pending, counter }: MembershipAnswer): Promise<void> {
  if (room) await applyRoom(context, room)
  for (const row of pending) await applyParticipant(context, row, Math.max(counter, row.version))
  if (participant) await applyParticipant(context, participant, Math.max(counter, participant.version))
}

/** Applies the row of a room; one that is not newer changes nothing. Resolves to whether it was news. */
export async function applyRoom(context: RowContext, row: RoomRow): Promise<boolean> {
  return hand(context, row.room_code, await context.log.applyRoom(row))
}

/** Applies the row of a participant, as its owner had it at the counter `asOf`; one that is not newer changes nothing. Resolves to whether it was news. */
export async function applyParticipant(context: RowContext, row: ParticipantRow, asOf = row.version): Promise<boolean> {
  return hand(context, row.room_code, await context.log.applyParticipant(row, asOf))
}

function hand({ rooms }: RowContext, code: string, written: Written): boolean {
  rooms.take(code, written)
  return written.entries.length > 0
}

import type { MembershipAnswer, ParticipantRow, RoomRow } from '@matinee/contracts'
import type { LogEntry } from '../ports'
import type { LiveContext } from './context'

type RowContext = Pick<LiveContext, 'log' | 'rooms'>

/** Applies rows of the memberships' owner to the log, and what follows from them to the room if it is served here. */
export async function applyRows(context: RowContext, { room, participant, pending }: MembershipAnswer): Promise<void> {
  if (room) await applyRoom(context, room)
  for (const row of pending) await applyParticipant(context, row)
  if (participant) await applyParticipant(context, participant)
}

/** Applies the row of a room; one that is not newer changes nothing. */
export async function applyRoom(context: RowContext, row: RoomRow): Promise<void> {
  hand(context, row.room_code, (await context.log.applyRoom(row)).entries)
}

/** Applies the row of a participant; one that is not newer changes nothing. */
export async function applyParticipant(context: RowContext, row: ParticipantRow): Promise<void> {
  hand(context, row.room_code, (await context.log.applyParticipant(row)).entries)
}

function hand({ rooms }: RowContext, code: string, entries: readonly LogEntry[]): void {
  rooms.get(code)?.receive(entries)
}

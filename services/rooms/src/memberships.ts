import type { MembershipAnswer, MembershipQuery } from '@matinee/contracts'
import { mostWaiting } from './domain/entry'
import { rowOf } from './domain/room'
import { participantRow, roomRow } from './domain/rows'
import type { RoomStore } from './ports'

/** What other services may know of one person in one room: the rows as they are, tombstones included. */
export const createMemberships =
  ({ store }: { store: RoomStore }) =>
  async ({ room_code: code, user_id: userId }: MembershipQuery): Promise<MembershipAnswer> => {
    const sight = await store.find(code, [userId])
    if (!sight) return { room: null, participant: null, pending: [], counter: 0 }
    const { room } = sight
    const row = rowOf(sight, userId)
    const waiting = room.host.userId === userId ? await store.people(room.id, ['PENDING'], mostWaiting) : []
    return {
      room: roomRow(room),
      participant: row ? participantRow(room, row) : null,
      pending: waiting.map((one) => participantRow(room, one)),
      // Read first, so nothing above is older.
      counter: room.counter,
    }
  }
export type Memberships = ReturnType<typeof createMemberships>

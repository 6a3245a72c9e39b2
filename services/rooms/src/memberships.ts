import type { MembershipAnswer, MembershipQuery } from '@matinee/contracts'
import { mostWaiting } from './domain/entry'
import { rowOf } from './domain/room'
import { participantRow, roomRow } from './domain/rows'
import type { RoomStore } from './ports'

/** How often an answer is read anew because the room changed meanwhile. */
const mostTries = 5

/** What other services may know of one person in one room: the rows as they are, tombstones included. */
export const createMemberships =
  ({ store }: { store: Pick<RoomStore, 'find' | 'people'> }) =>
  async ({ room_code: code, user_id: userId }: MembershipQuery): Promise<MembershipAnswer> => {
    for (let tries = 1; ; tries++) {
      const sight = await store.find(code, [userId])
      if (!sight) return { room: null, participant: null, pending: [], counter: 0 }
      const { room } = sight
      const row = rowOf(sight, userId)
      const isHost = room.host.userId === userId
      const waiting = isHost ? await store.people(room.id, ['PENDING'], mostWaiting) : []
      // One who was let in between would neither wait nor count as let in later: it would be news again when its fact comes.
      const changed = isHost && (await store.find(code, []))?.room.counter !== room.counter
      if (changed && tries < mostTries) continue
      return {
        room: roomRow(room),
        participant: row ? participantRow(room, row) : null,
        pending: waiting.map((one) => participantRow(room, one)),
        // Read first, so nothing above is older.
        counter: room.counter,
      }
    }
  }
export type Memberships = ReturnType<typeof createMemberships>

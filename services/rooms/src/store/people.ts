import type { Db } from '@matinee/db'
import { and, asc, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { renamedAfterHost } from '../domain/default-name'
import { isLive } from '../domain/room'
import type { RoomStore } from '../ports'
import { folded, toParticipant } from './room-columns'
import { areSeen, inBatches } from './seen-people'
import type { Tables } from './tables'

/** The rows of people, beyond what a single room's decisions load. */
export function createPeopleStore(db: Db, { rooms, participants }: Tables): Pick<RoomStore, 'people' | 'placesOf' | 'forget' | 'seen'> {
  return {
    async people(roomId, standings, limit) {
      const rows = await db.reader
        .select()
        .from(participants)
        .where(and(eq(participants.roomId, roomId), inArray(participants.standing, [...standings])))
        .orderBy(sql`case when ${participants.role} = 'host' then 0 else 1 end`, asc(participants.joinedAtMs), asc(participants.userId))
        .limit(limit)
      return rows.map(toParticipant).filter(isLive)
    },

    async placesOf(userId) {
      const places = await db.reader
        .select({ roomId: participants.roomId })
        .from(participants)
        .innerJoin(rooms, eq(rooms.id, participants.roomId))
        .where(and(eq(participants.userId, userId), inArray(participants.standing, ['PENDING', 'APPROVED']), eq(rooms.isActive, true)))
      return places.map(({ roomId }) => roomId)
    },

    forget: (userId, name) =>
      db.transaction(async (tx) => {
        // The rooms first, as every change does: two that lock in different orders wait for each other.
        const hosted = await tx.update(rooms).set({ hostId: userId }).where(eq(rooms.hostId, userId)).returning()
        for (const room of hosted) {
          const called = renamedAfterHost(room.name, room.hostName, name)
          await tx
            .update(rooms)
            .set({ hostName: name, name: called, nameFolded: folded(called) })
            .where(eq(rooms.id, room.id))
        }
        // Where another acted as host to the end, the room may be called after its owner all the same.
        const owned = await tx
          .select({ id: rooms.id, name: rooms.name, ownerName: participants.displayName })
          .from(rooms)
          .innerJoin(participants, and(eq(participants.roomId, rooms.id), eq(participants.userId, userId)))
          .where(and(eq(rooms.ownerId, userId), ne(rooms.hostId, userId)))
        for (const room of owned) {
          const called = renamedAfterHost(room.name, room.ownerName, name)
          await tx
            .update(rooms)
            .set({ name: called, nameFolded: folded(called) })
            .where(eq(rooms.id, room.id))
        }
        await tx.update(participants).set({ displayName: name }).where(eq(participants.userId, userId))
      }),

    async seen(seenRooms, atMs) {
      for (const some of inBatches(seenRooms)) {
        const { lastHeartbeatMs } = participants
        await db.transaction(async (tx) => {
          await tx
            .update(participants)
            .set({ lastHeartbeatMs: atMs })
            .where(and(areSeen(db, { rooms, participants }, some), or(isNull(lastHeartbeatMs), lt(lastHeartbeatMs, atMs))))
        })
      }
    },
  }
}

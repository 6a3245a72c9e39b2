import type { Db } from '@matinee/db'
import { and, asc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm'
import type { RoomStore } from '../ports'
import { toParticipant, toRoom } from './room-columns'
import type { Tables } from './tables'

/** What is newer than somebody knows, of many rooms in one statement: a room and its people are seen at one instant. */
export function createNewer(db: Db, { rooms, participants }: Tables): Pick<RoomStore, 'newer'> {
  return {
    async newer(known, limit) {
      if (known.length === 0) return []
      // Both dialects call the columns of a list of values like this.
      const [code, after, place] = [sql<string>`known.column1`, sql<number>`known.column2`, sql<number>`known.column3`]
      const values = known.map((each, at) => sql`(cast(${each.code} as text), cast(${each.after} as integer), cast(${at} as integer))`)
      const found = await db.reader
        .select({ room: rooms, participant: participants })
        .from(rooms)
        .innerJoin(sql`(values ${sql.join(values, sql`, `)}) as known`, eq(rooms.code, code))
        .leftJoin(participants, and(eq(participants.roomId, rooms.id), gt(participants.version, after)))
        .where(
          and(
            // Known from the join already, yet this is what makes both databases look rooms up by the index of their codes.
            inArray(
              rooms.code,
              known.map((each) => each.code),
            ),
            or(gt(rooms.version, after), isNotNull(participants.userId)),
          ),
        )
        // By the place in the question: an index that has rooms in order would make PostgreSQL walk through all of them.
        .orderBy(asc(place), asc(participants.version))
        .limit(limit)
      return found.map(({ room, participant }) => ({
        room: toRoom(room),
        participant: participant ? toParticipant(participant) : undefined,
      }))
    },
  }
}

import type { Db } from '@matinee/db'
import { and, desc, eq, lt, or, sql } from 'drizzle-orm'
import type { RoomStore } from '../ports'
import { folded, toRoom } from './room-columns'
import type { Tables } from './tables'

/** The list of public rooms that are open. */
export function createListing(db: Db, { rooms }: Tables): Pick<RoomStore, 'list'> {
  return {
    async list({ query, before, limit }) {
      const found = await db.reader
        .select()
        .from(rooms)
        .where(
          and(
            eq(rooms.isPrivate, false),
            eq(rooms.isActive, true),
            query ? sql`${rooms.nameFolded} like ${patternOf(query)} escape '!'` : undefined,
            before &&
              or(lt(rooms.createdAtMs, before.createdAtMs), and(eq(rooms.createdAtMs, before.createdAtMs), lt(rooms.id, before.id))),
          ),
        )
        .orderBy(desc(rooms.createdAtMs), desc(rooms.id))
        .limit(limit)
      return found.map(toRoom)
    },
  }
}

/** What is typed means itself: no character of it is a wildcard. PostgreSQL takes no NUL in a text, and no name has one. */
const patternOf = (query: string): string => `%${folded(query).replaceAll('\0', '').replace(/[!%_]/g, '!$&')}%`

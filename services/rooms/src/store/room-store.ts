import type { Db, Reader, Writer } from '@matinee/db'
import { Refusal } from '@matinee/kernel'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { type Announcement, after, type Decision } from '../domain/decision'
import type { Participant, Scene } from '../domain/room'
import type { RoomStore } from '../ports'
import { createNewer } from './newer'
import { createPeopleStore } from './people'
import { fromParticipant, fromRoom, toParticipant, toRoom } from './room-columns'
import { createListing } from './room-list'
import type { Tables } from './tables'

/** Where announcements go, in the transaction that makes them true. */
export interface Announcer {
  record(tx: Writer, fact: Announcement): Promise<unknown>
  /** To be called after the commit. Never throws. */
  published(): void
}

interface Options {
  readonly db: Db
  readonly tables: Tables
  readonly announcer: Announcer
}

/** Rooms in a SQL database of either dialect. */
export function createRoomStore({ db, tables, announcer }: Options): RoomStore {
  const { rooms, participants } = tables

  const peopleOf = async (from: Reader, roomId: string, userIds: readonly string[]): Promise<readonly Participant[]> =>
    userIds.length === 0
      ? []
      : (
          await from
            .select()
            .from(participants)
            .where(and(eq(participants.roomId, roomId), inArray(participants.userId, [...userIds])))
        ).map(toParticipant)

  async function commit(tx: Writer, { people, announced }: Decision): Promise<void> {
    for (const row of people) {
      const { lastHeartbeatMs: _, ...columns } = fromParticipant(row)
      // A heartbeat may have been noted since the row was read, for those do not wait for the room.
      await tx
        .insert(participants)
        .values(fromParticipant(row))
        .onConflictDoUpdate({ target: [participants.roomId, participants.userId], set: columns })
    }
    for (const announcement of announced) await announcer.record(tx, announcement)
  }

  return {
    async create(decision) {
      const created = await db.transaction(async (tx) => {
        const inserted = await tx.insert(rooms).values(fromRoom(decision.room)).onConflictDoNothing().returning({ id: rooms.id })
        if (inserted.length === 0) return false
        await commit(tx, decision)
        return true
      })
      if (created) announcer.published()
      return created
    },

    async update(roomId, userIds, decide) {
      const { scene, announced } = await db.transaction(async (tx) => {
        // Writing the row first locks it on PostgreSQL; on SQLite the write lock is ours already.
        const [held] = await tx
          .update(rooms)
          .set({ counter: sql`${rooms.counter}` })
          .where(eq(rooms.id, roomId))
          .returning()
        if (!held) throw new Refusal('room_not_found')
        const room = toRoom(held)
        const people = await peopleOf(tx, roomId, [...new Set([...userIds, room.host.userId, room.ownerId])])
        const waiting = await tx.$count(participants, and(eq(participants.roomId, roomId), eq(participants.standing, 'PENDING')))
        const before: Scene = { room, people, waiting }
        const decision = decide(before)
        if (decision.room.counter !== before.room.counter) await tx.update(rooms).set(fromRoom(decision.room)).where(eq(rooms.id, roomId))
        await commit(tx, decision)
        return { scene: after(before, decision), announced: decision.announced.length > 0 }
      })
      if (announced) announcer.published()
      return scene
    },

    async find(code, userIds) {
      const [row] = await db.reader.select().from(rooms).where(eq(rooms.code, code)).limit(1)
      return row && { room: toRoom(row), people: await peopleOf(db.reader, row.id, userIds) }
    },

    ...createListing(db, tables),
    ...createPeopleStore(db, tables),
    ...createNewer(db, tables),
  }
}

import { type Db, isAmong, type Writer } from '@matinee/db'
import { Refusal } from '@matinee/kernel'
import { and, eq, inArray, lt, ne, notExists } from 'drizzle-orm'
import { sessionRevoked, userRemoved } from '../domain/fact'
import type { UserStore } from '../ports'
import type { Facts } from './facts'
import type { Tables } from './tables'
import { isUniqueViolation } from './unique-violation'

/** `last_seen_at_ms` is kept to the minute: a finer one would write every viewer's row every few seconds. */
const seenGrainMs = 60_000
/** Written in one transaction: short, so that others get their turn. */
const idsAtOnce = 500
const guestsAtOnce = 200

/** Users in either dialect. */
export function createUserStore({ db, tables, facts }: { readonly db: Db; readonly tables: Tables; readonly facts: Facts }): UserStore {
  const { users, sessions, refreshTokens } = tables

  async function endSessions(tx: Writer, userId: string, exceptId?: string) {
    const others = exceptId === undefined ? eq(sessions.userId, userId) : and(eq(sessions.userId, userId), ne(sessions.id, exceptId))
    const ended = await tx.delete(sessions).where(others).returning({ id: sessions.id })
    for (const { id } of ended) await facts.record(tx, sessionRevoked(id, userId))
  }

  return {
    async find(id) {
      const [user] = await db.reader.select().from(users).where(eq(users.id, id)).limit(1)
      return user
    },

    async findByEmail(email) {
      const [user] = await db.reader.select().from(users).where(eq(users.email, email)).limit(1)
      return user
    },

    add: (user, opening) =>
      db.transaction(async (tx) => {
        const added = await tx.insert(users).values(user).onConflictDoNothing({ target: users.email }).returning({ id: users.id })
        if (added.length === 0) throw new Refusal('email_taken')
        if (!opening) return
        await tx.insert(sessions).values(opening.session)
        await tx.insert(refreshTokens).values(opening.token)
      }),

    async update(id, decide) {
      const user = await db
        .transaction(async (tx) => {
          // Written before it is read: this holds the row until the commit.
          const [held] = await tx.update(users).set({ id }).where(eq(users.id, id)).returning()
          if (!held) throw new Refusal('unauthenticated')
          const change = decide(held)
          if (change.user !== held) await tx.update(users).set(change.user).where(eq(users.id, id))
          if (change.endSessionsExcept !== undefined) await endSessions(tx, id, change.endSessionsExcept)
          for (const fact of change.facts) await facts.record(tx, fact)
          return change.user
        })
        .catch((error) => {
          throw isUniqueViolation(error) ? new Refusal('email_taken') : error
        })
      facts.published()
      return user
    },

    async remove(id) {
      await db.transaction(async (tx) => {
        const [held] = await tx.update(users).set({ id }).where(eq(users.id, id)).returning({ id: users.id })
        if (!held) return
        await endSessions(tx, id)
        await tx.delete(users).where(eq(users.id, id))
        await facts.record(tx, userRemoved(id))
      })
      facts.published()
    },

    async seen(ids, atMs) {
      for (let from = 0; from < ids.length; from += idsAtOnce) {
        const some = ids.slice(from, from + idsAtOnce)
        await db.transaction(async (tx) => {
          await tx
            .update(users)
            .set({ lastSeenAtMs: atMs })
            .where(and(isAmong(db, users.id, some), lt(users.lastSeenAtMs, atMs - seenGrainMs)))
        })
      }
    },

    async removeIdleGuests(beforeMs) {
      const without = (tx: Pick<Writer, 'select'>) =>
        and(
          eq(users.isGuest, true),
          lt(users.lastSeenAtMs, beforeMs),
          notExists(tx.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, users.id))),
        )
      const removed = await db.transaction(async (tx) => {
        const idle = await tx.select({ id: users.id }).from(users).where(without(tx)).limit(guestsAtOnce)
        if (idle.length === 0) return 0
        // Asked again of each row: another replica may have removed it, or the guest come back, since it was listed.
        const ids = idle.map(({ id }) => id)
        const gone = await tx
          .delete(users)
          .where(and(inArray(users.id, ids), without(tx)))
          .returning({ id: users.id })
        for (const { id } of gone) await facts.record(tx, userRemoved(id))
        return gone.length
      })
      if (removed > 0) facts.published()
      return removed
    },
  }
}

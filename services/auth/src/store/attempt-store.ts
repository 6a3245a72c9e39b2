import type { Db } from '@matinee/db'
import { eq, lte, sql } from 'drizzle-orm'
import { giveBack, take } from '../domain/attempts'
import type { AttemptStore } from '../ports'
import type { Tables } from './tables'

/** Counts of attempts in either dialect. */
export function createAttemptStore({ db, tables }: { readonly db: Db; readonly tables: Pick<Tables, 'attempts'> }): AttemptStore {
  const { attempts } = tables
  return {
    async take(keys, nowMs) {
      return db.transaction(async (tx) => {
        const held = []
        for (const { key, limit } of inOrder(keys)) {
          // Written before it is read: of two guesses at once the second waits for the first one's count.
          const [row] = await tx
            .insert(attempts)
            .values({ key, nextMs: nowMs })
            .onConflictDoUpdate({ target: attempts.key, set: { nextMs: sql`${attempts.nextMs}` } })
            .returning()
          held.push({ key, limit, storedMs: row?.nextMs })
        }
        const taken = take(held, nowMs)
        if (!taken.allowed) return taken
        for (const [index, { key }] of held.entries()) {
          await tx
            .update(attempts)
            .set({ nextMs: taken.nextMs[index] ?? nowMs })
            .where(eq(attempts.key, key))
        }
        return { allowed: true }
      })
    },

    giveBack: (keys) =>
      db.transaction(async (tx) => {
        for (const { key, limit } of inOrder(keys)) {
          await tx
            .update(attempts)
            .set({ nextMs: sql`${attempts.nextMs} + ${giveBack(limit, 0)}` })
            .where(eq(attempts.key, key))
        }
      }),

    sweep: (nowMs) =>
      db.transaction(async (tx) => {
        await tx.delete(attempts).where(lte(attempts.nextMs, nowMs))
      }),
  }
}

/** Rows are held in one order everywhere, so that two logins never wait for each other crosswise. */
const inOrder = <Item extends { readonly key: string }>(keys: readonly Item[]): Item[] => keys.toSorted((a, b) => (a.key < b.key ? -1 : 1))

import type { Db } from '@matinee/db'
import type { Clock } from '@matinee/kernel'
import type { Outbox } from '@matinee/outbox'
import { and, asc, eq, gt, lte, or } from 'drizzle-orm'
import type { Announcements } from '../ports'
import type { Facts } from './facts'
import type { Tables } from './tables'

export interface AnnouncementsOptions {
  readonly db: Db
  readonly tables: Pick<Tables, 'announced'>
  readonly outbox: Pick<Outbox, 'record' | 'repeat' | 'published'>
  readonly clock: Clock
  /** For how long what was announced matters: one lifetime of an access token. */
  readonly keptMs: number
}

/** Facts that leave through the outbox, and are kept beside it for as long as they may have to be told again. */
export function createAnnouncements({ db, tables: { announced }, outbox, clock, keptMs }: AnnouncementsOptions): Facts & Announcements {
  return {
    async record(tx, fact) {
      const { data } = fact
      // Who was erased is not named any more.
      if (fact.type === 'auth.user.removed')
        await tx.delete(announced).where(and(eq(announced.userId, data.user_id), eq(announced.type, 'auth.user.updated')))
      await tx.insert(announced).values({ ...(await outbox.record(tx, fact)), userId: data.user_id })
    },

    published: () => outbox.published(),

    async repeat() {
      const sinceMs = clock.nowMs() - keptMs
      let last: { readonly createdAtMs: number; readonly id: string } | undefined
      do {
        const past =
          last &&
          or(gt(announced.createdAtMs, last.createdAtMs), and(eq(announced.createdAtMs, last.createdAtMs), gt(announced.id, last.id)))
        last = await db.transaction(async (tx) => {
          const rows = await tx
            .select({ id: announced.id, type: announced.type, data: announced.data, createdAtMs: announced.createdAtMs })
            .from(announced)
            .where(and(gt(announced.createdAtMs, sinceMs), past))
            .orderBy(asc(announced.createdAtMs), asc(announced.id))
            .limit(factsAtOnce)
          await outbox.repeat(tx, rows)
          return rows.length < factsAtOnce ? undefined : rows.at(-1)
        })
        outbox.published()
      } while (last)
    },

    async sweep(nowMs) {
      await db.transaction(async (tx) => void (await tx.delete(announced).where(lte(announced.createdAtMs, nowMs - keptMs))))
    },
  }
}

/** In one transaction: short, so that others get their turn. */
const factsAtOnce = 500

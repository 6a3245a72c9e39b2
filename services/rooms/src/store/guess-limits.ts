import type { Db, Writer } from '@matinee/db'
import { type Clock, meter, networkOf, type RateLimit, Refusal } from '@matinee/kernel'
import { eq, inArray, lt, sql } from 'drizzle-orm'
import type { Guesser, GuessLimits } from '../ports'
import type { Tables } from './tables'

/** Tries of secrets, counted in the database that guards them: all replicas count together. */
export function createGuessLimits({ db, tables: { guesses }, clock, policy }: Options): GuessLimits {
  // In one order everywhere: two that lock in different orders wait for each other.
  const keysOf = ({ userId, address }: Guesser): readonly [key: string, limit: RateLimit][] => [
    [`address:${networkOf(address)}`, policy.perAddress],
    [`user:${userId}`, policy.perUser],
  ]

  /** Locks the key and reads its instant; a new key starts now. */
  async function hold(tx: Writer, key: string, nowMs: number): Promise<number> {
    const [held] = await tx
      .insert(guesses)
      .values({ key, nextMs: nowMs })
      .onConflictDoUpdate({ target: guesses.key, set: { nextMs: guesses.nextMs } })
      .returning()
    return held?.nextMs ?? nowMs
  }

  const decide = (limit: RateLimit, storedMs: number | undefined, nowMs: number): number => {
    const decision = meter(limit, storedMs, nowMs)
    if (!decision.allowed) throw new Refusal('rate_limited', { retryAfterMs: decision.retryAfterMs })
    return Math.ceil(decision.nextMs)
  }

  return {
    count: (guesser) =>
      db.transaction(async (tx) => {
        const nowMs = clock.nowMs()
        for (const [key, limit] of keysOf(guesser)) {
          const nextMs = decide(limit, await hold(tx, key, nowMs), nowMs)
          await tx.update(guesses).set({ nextMs }).where(eq(guesses.key, key))
        }
      }),

    giveBack: (guesser) =>
      db.transaction(async (tx) => {
        for (const [key, { periodMs, count }] of keysOf(guesser)) {
          const intervalMs = Math.ceil(periodMs / count)
          await tx
            .update(guesses)
            .set({ nextMs: sql`${guesses.nextMs} - ${intervalMs}` })
            .where(eq(guesses.key, key))
        }
      }),

    async check(guesser) {
      const keys = keysOf(guesser)
      const rows = await db.reader
        .select()
        .from(guesses)
        .where(
          inArray(
            guesses.key,
            keys.map(([key]) => key),
          ),
        )
      for (const [key, limit] of keys) decide(limit, rows.find((row) => row.key === key)?.nextMs, clock.nowMs())
    },

    sweep: () =>
      db.transaction(async (tx) => {
        await tx.delete(guesses).where(lt(guesses.nextMs, clock.nowMs()))
      }),
  }
}

/** Counts nothing and refuses nobody: for development. */
export const noGuessLimits: GuessLimits = { async count() {}, async giveBack() {}, async check() {}, async sweep() {} }

interface Options {
  readonly db: Db
  readonly tables: Pick<Tables, 'guesses'>
  readonly clock: Clock
  readonly policy: { readonly perUser: RateLimit; readonly perAddress: RateLimit }
}

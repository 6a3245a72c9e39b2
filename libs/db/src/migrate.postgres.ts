import { Refusal } from '@matinee/kernel'
import { drizzle } from 'drizzle-orm/bun-sql'
import { migrate } from 'drizzle-orm/bun-sql/migrator'
import { openClient } from './pool.postgres'
import { surfaced } from './unavailable'

/** Any number that nothing else in this database locks. */
const advisoryLockId = 471_104
const retryMs = 500

/**
 * Brings the schema up to date, waiting up to `startWithinMs` for a database that does not answer yet.
 * Replicas that start together migrate one after the other, so each migration runs once.
 */
export async function migratePostgres(
  url: string,
  migrationsFolder: string,
  { timeoutMs, startWithinMs }: { readonly timeoutMs: number; readonly startWithinMs: number },
): Promise<void> {
  const giveUpAtMs = performance.now() + startWithinMs
  for (;;) {
    try {
      return await migrateOnce(url, migrationsFolder, timeoutMs)
    } catch (thrown) {
      const error = surfaced(thrown)
      const isAway = error instanceof Refusal && error.code === 'unavailable'
      if (!isAway || performance.now() + retryMs > giveUpAtMs) throw error
      await Bun.sleep(retryMs)
    }
  }
}

async function migrateOnce(url: string, migrationsFolder: string, timeoutMs: number) {
  // A client of its own: a migration may take longer than any query, and a wait for another replica's too.
  const client = openClient(url, { max: 2, connectionTimeout: timeoutMs / 1000, connection: { client_min_messages: 'warning' } })
  try {
    const guard = await client.reserve()
    try {
      await guard`select pg_advisory_lock(${advisoryLockId})`
      await migrate(drizzle({ client }), { migrationsFolder })
    } finally {
      // The lock ends with its connection.
      await guard.close()
    }
  } finally {
    await client.close()
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'
import { Refusal } from '@matinee/kernel'
import type { SQL } from 'bun'
import { drizzle } from 'drizzle-orm/bun-sql'
import type { Db, Reader, Writer } from './db'
import { migratePostgres } from './migrate.postgres'
import { type Connection, createPool } from './pool.postgres'
import { isRetryable, surfaced } from './unavailable'

export interface PostgresOptions {
  /** Connections of one process; default 10. */
  readonly maxConnections?: number
  /** How long a connection, and how long one query, may take before the call is refused as `unavailable`; default 3,000 each. */
  readonly timeoutMs?: number
  /** How long to wait at the start for a database that does not answer yet; default 30,000. */
  readonly startWithinMs?: number
}

const attempts = 5

/** Opens the database at `url` once it answers and its schema is migrated. Later it may come and go: each call tries anew. */
export async function openPostgres(url: string, migrationsFolder: string, options: PostgresOptions = {}): Promise<Db> {
  const { maxConnections = 10, timeoutMs = 3_000, startWithinMs = 30_000 } = options
  await migratePostgres(url, migrationsFolder, { timeoutMs, startWithinMs })
  const pool = createPool(url, { maxConnections, timeoutMs })
  const insideTransaction = new AsyncLocalStorage<true>()

  async function attempt<T>(connection: Connection, work: (tx: Writer) => Promise<T>): Promise<T> {
    await connection.query('BEGIN', [])
    try {
      const result = await work(ormOver((text, params, shape) => connection.query(text, params, shape)) as unknown as Writer)
      await connection.query('COMMIT', [])
      return result
    } catch (error) {
      await connection.query('ROLLBACK', []).catch(connection.discard)
      throw error
    }
  }

  return {
    dialect: 'postgres',
    // Typed as the SQLite builders, which offer the same when awaited; `db.contract.ts` holds it to that.
    reader: ormOver((text, params, shape) => pool.use((connection) => connection.query(text, params, shape))) as unknown as Reader,
    async transaction(work) {
      if (insideTransaction.getStore()) throw new Error('transactions do not nest; pass `tx` down instead')
      for (let left = attempts - 1; ; left--) {
        try {
          return await pool.use((connection) => insideTransaction.run(true, () => attempt(connection, work)))
        } catch (error) {
          if (left === 0 || !isRetryable(error)) throw surfaced(error)
        }
      }
    },
    async ping(withinMs) {
      await pool
        .use((connection) => connection.query('SELECT 1', []), withinMs)
        .catch((error) => {
          throw error instanceof Refusal ? error : surfaced(error)
        })
    },
    close: () => pool.close(),
  }
}

type Query = (text: string, params: unknown[], shape: 'objects' | 'values') => Promise<unknown>

/** Drizzle over `query` alone: this is the one place where every error of a builder passes. */
function ormOver(query: Query) {
  const unsafe = (text: string, params: unknown[] = []) => {
    let shape: 'objects' | 'values' = 'objects'
    // Drizzle says at once, by calling `values`, which shape it wants; the statement leaves after that.
    const answer = Promise.resolve().then(() => query(text, params, shape))
    const values = () => {
      shape = 'values'
      return answer
    }
    return Object.assign(answer, { values })
  }
  // Of a client, Drizzle's builders call `unsafe` alone.
  const orm = drizzle({ client: { unsafe } as unknown as SQL })
  const { session } = orm._
  const prepareQuery = session.prepareQuery.bind(session)
  session.prepareQuery = (...args) => {
    const prepared = prepareQuery(...args)
    const execute = prepared.execute.bind(prepared)
    prepared.execute = (values) =>
      execute(values).catch((error) => {
        throw surfaced(error)
      })
    return prepared
  }
  return orm
}

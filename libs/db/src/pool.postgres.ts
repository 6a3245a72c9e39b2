import { type ReservedSQL, SQL } from 'bun'
import { unavailable } from './unavailable'

/** One connection, held by one caller at a time. */
export interface Connection {
  /** Runs one statement; refuses with `unavailable`, and gives the connection up, when no answer comes in time. */
  query(text: string, params: unknown[], shape?: 'objects' | 'values'): Promise<unknown>
  /** Closes the connection instead of giving it back: what it would answer is no longer known. */
  discard(): void
}

export interface PoolOptions {
  readonly maxConnections: number
  /** How long to wait for a connection, and then for the answer to each statement. */
  readonly timeoutMs: number
}

/**
 * A bounded pool in which no call hangs: Bun's own limits only how long connecting takes, so that a server which
 * stopped answering would hold every caller, and every connection, until TCP gives up minutes later.
 */
export function createPool(url: string, { maxConnections, timeoutMs }: PoolOptions) {
  const client = openClient(url, {
    max: maxConnections,
    connectionTimeout: timeoutMs / 1000,
    idleTimeout: 60,
    connection: {
      application_name: 'matinee',
      // The server gives up shortly before the caller does, and frees the locks of a caller that went away.
      statement_timeout: Math.ceil(timeoutMs * 0.9),
      idle_in_transaction_session_timeout: timeoutMs * 4,
    },
  })
  return {
    async use<T>(work: (connection: Connection) => Promise<T>, withinMs = timeoutMs): Promise<T> {
      const reserved = await client.reserve({ signal: AbortSignal.timeout(withinMs) }).catch((error) => {
        throw unavailable(error)
      })
      const connection = hold(reserved, withinMs)
      try {
        return await work(connection)
      } finally {
        connection.release()
      }
    },
    close: () => client.close({ timeout: timeoutMs / 1000 }),
  }
}
/** A client of the database that `url` names, whatever `PGDATABASE` says. */
export function openClient(url: string, options: SQL.PostgresOrMySQLOptions): SQL {
  const database = decodeURIComponent(new URL(url).pathname.slice(1))
  return new SQL({ url, ...options, ...(database === '' ? {} : { database }) })
}

function hold(reserved: ReservedSQL, withinMs: number): Connection & { release(): void } {
  let discarded = false
  const discard = () => {
    discarded = true
    void reserved.close().catch(() => {})
  }
  return {
    query(text, params, shape = 'objects') {
      if (discarded) return Promise.reject(unavailable())
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const timer = setTimeout(() => {
        reject(unavailable(new Error(`no answer within ${withinMs} ms`)))
        discard()
      }, withinMs)
      const query = reserved.unsafe(text, params)
      const answer: Promise<unknown> = shape === 'values' ? query.values() : query
      answer.then(resolve, reject)
      return promise.finally(() => clearTimeout(timer))
    },
    discard,
    release() {
      if (!discarded) void reserved.release().catch(() => {})
    },
  }
}

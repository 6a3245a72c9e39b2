import { type Columns, postgresColumns, sqliteColumns } from './columns'
import type { Db } from './db'
import { openPostgres, type PostgresOptions } from './db.postgres'
import { openSqlite } from './db.sqlite'

export interface OpenDbOptions extends PostgresOptions {
  /** The absolute folder of the migrations of a dialect, as drizzle-kit wrote them. */
  readonly migrations: (dialect: Db['dialect']) => string
}

/**
 * Opens the database at `address` (`sqlite:<path of a file>` or `postgres://…`) with its schema migrated,
 * and tells which columns its tables are to be defined with. Replicas that open one database at once migrate it once.
 */
export async function openDb(address: string, options: OpenDbOptions): Promise<{ readonly db: Db; readonly columns: Columns }> {
  if (/^postgres(ql)?:/.test(address)) {
    return { db: await openPostgres(address, options.migrations('postgres'), options), columns: postgresColumns }
  }
  const path = address.startsWith('sqlite:') ? address.slice('sqlite:'.length) : ''
  // Never the address itself in the message: it may hold a password.
  if (path === '') throw new Error('a database address is sqlite:<path of a file> or postgres://…')
  if (path.startsWith(':memory:'))
    throw new Error('sqlite::memory: is not supported, because reads and writes use separate connections: name a file')
  return { db: await openSqlite(path, options.migrations('sqlite')), columns: sqliteColumns }
}

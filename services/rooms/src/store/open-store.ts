import { fileURLToPath } from 'node:url'
import { type Db, type OpenDbOptions, openDb } from '@matinee/db'
import { defineTables, type Tables } from './tables'

/** Opens the database of rooms at `address`, with its schema migrated. */
export async function openStore(
  address: string,
  options: Pick<OpenDbOptions, 'timeoutMs'> = {},
): Promise<{ readonly db: Db; readonly tables: Tables }> {
  const migrations = (dialect: Db['dialect']) => fileURLToPath(new URL(`../../migrations/${dialect}`, import.meta.url))
  const { db, columns } = await openDb(address, { migrations, ...options })
  return { db, tables: defineTables(columns) }
}

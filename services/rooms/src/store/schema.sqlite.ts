import { sqliteColumns } from '@matinee/db'
import { defineTables } from './tables'

/** What drizzle-kit makes the SQLite migrations from. */
export const { rooms, participants, guesses, outbox } = defineTables(sqliteColumns)

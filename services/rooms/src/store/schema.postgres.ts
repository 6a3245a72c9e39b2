import { postgresColumns } from '@matinee/db'
import { defineTables } from './tables'

/** What drizzle-kit makes the PostgreSQL migrations from. */
export const { rooms, participants, guesses, outbox } = defineTables(postgresColumns)

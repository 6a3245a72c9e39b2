import { sqliteColumns } from '@matinee/db'
import { defineTables } from './tables'

/** What drizzle-kit reads to write the next migration. */
export const { users, sessions, refreshTokens, signingKeys, attempts, announced, outbox } = defineTables(sqliteColumns)

/**
 * The portable column set: the one place where the two SQL dialects differ.
 *
 * Everything that crosses it is a plain string, number or boolean. Instants are
 * integer Unix milliseconds (`…Ms`), so neither dialect's date type is used. JSON is stored as text on both: it is
 * opaque to SQL, and Bun's PostgreSQL driver encodes Drizzle's `jsonb` twice.
 */
import * as pg from 'drizzle-orm/pg-core'
import * as sqlite from 'drizzle-orm/sqlite-core'

/** The columns of a service that keeps its rows in a SQLite file. */
export const sqliteColumns = {
  table: sqlite.sqliteTable,
  index: sqlite.index,
  uniqueIndex: sqlite.uniqueIndex,
  primaryKey: sqlite.primaryKey,
  text: (name: string) => sqlite.text(name),
  oneOf: <const V extends [string, ...string[]]>(name: string, values: V) => sqlite.text(name, { enum: values }),
  /** A whole number below 2³¹. */
  count: (name: string) => sqlite.integer(name),
  /** Unix milliseconds. */
  instantMs: (name: string) => sqlite.integer(name),
  flag: (name: string) => sqlite.integer(name, { mode: 'boolean' }),
  /** Any JSON value but a bare null; SQL cannot look inside. */
  json: <T>(name: string) => sqlite.text(name, { mode: 'json' }).$type<T>(),
}

/** What a service's `defineTables(columns)` is given, whichever dialect it runs on. */
export type Columns = typeof sqliteColumns

const jsonText = pg.customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (stored) => JSON.parse(stored),
})

/** The columns of a service that keeps its rows in PostgreSQL. */
export const postgresColumns = {
  table: pg.pgTable,
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
  text: (name: string) => pg.text(name),
  oneOf: (name: string, values: [string, ...string[]]) => pg.text(name, { enum: values }),
  count: (name: string) => pg.integer(name),
  instantMs: (name: string) => pg.bigint(name, { mode: 'number' }),
  flag: (name: string) => pg.boolean(name),
  json: (name: string) => jsonText(name),
  // Typed as the SQLite set, because rows have the same types on both: `db.contract.ts` holds it to that.
} as unknown as Columns

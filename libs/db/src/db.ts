import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'

type Orm = BaseSQLiteDatabase<'async', unknown, Record<string, never>>
export type Reader = Pick<Orm, 'select' | 'selectDistinct' | '$count'>
export type Writer = Pick<Orm, 'select' | 'selectDistinct' | '$count' | 'insert' | 'update' | 'delete'>

/**
 * One service's database. Await every builder; `.all()`, `.get()` and `.run()` exist on SQLite only.
 * Count with `$count`: a bare `count(*)` is a string on PostgreSQL.
 *
 * When the database does not answer within about five seconds, reads and
 * transactions reject with the refusal `unavailable`, and the next call tries anew.
 */
export interface Db {
  readonly dialect: 'sqlite' | 'postgres'
  /** Reads of committed rows: never sees what an open transaction has written. */
  readonly reader: Reader
  /**
   * Runs `work` atomically: all of its writes or none. `work` must await nothing but
   * `tx`: on SQLite it holds the single write lock. It may run again from its start
   * when PostgreSQL broke a deadlock. A transaction inside a transaction is refused.
   *
   * To load, decide and write: begin with `tx.update(…).returning()` of the row that
   * the decision is about. From there to the commit no other writer changes that row.
   */
  transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T>
  /** Resolves when the database answers; rejects, within `withinMs`, when it does not. */
  ping(withinMs: number): Promise<void>
  /** Lets transactions under way finish, then frees what was opened. */
  close(): Promise<void>
}

import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'

type Orm = BaseSQLiteDatabase<'async', unknown, Record<string, never>>
export type Reader = Pick<Orm, 'select' | 'selectDistinct' | '$count'>
export type Writer = Pick<Orm, 'select' | 'selectDistinct' | '$count' | 'insert' | 'update' | 'delete'>

/** One service's database. Await every builder; `.all()`, `.get()` and `.run()` exist on SQLite only. */
export interface Db {
  readonly dialect: 'sqlite' | 'postgres'
  /** Reads of committed rows. */
  readonly reader: Reader
  /**
   * Runs `work` atomically: all of its writes or none. `work` must await nothing but
   * `tx`: on SQLite it holds the single write lock. Transactions do not nest.
   */
  transaction<T>(work: (tx: Writer) => Promise<T>): Promise<T>
  /** Resolves when the database answers; rejects, within `withinMs`, when it does not. */
  ping(withinMs: number): Promise<void>
  close(): Promise<void>
}

import { Database } from 'bun:sqlite'
import { AsyncLocalStorage } from 'node:async_hooks'
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { createLock } from '@matinee/kernel'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { migrate } from 'drizzle-orm/bun-sqlite/migrator'
import type { Db, Reader, Writer } from './db'
import { surfaced } from './unavailable'

/**
 * Opens the file at `path`, readable by its owner alone, and makes it and its folder where they are missing.
 * It must be a real file: reads and writes use separate connections, so that a reader never sees an open transaction.
 */
export function openSqlite(path: string, migrationsFolder: string): Db {
  makePrivateFile(path)
  const [writer, reader] = [connect(path), connect(path)]
  const [write, read] = [drizzle({ client: writer }), drizzle({ client: reader })]
  migrate(write, { migrationsFolder })

  const lock = createLock()
  const insideTransaction = new AsyncLocalStorage<true>()
  return {
    dialect: 'sqlite',
    // The synchronous builders are awaitable, and `Reader` offers only what is awaited.
    reader: read as unknown as Reader,
    // Not Drizzle's own `transaction`: on a synchronous driver it commits at the callback's first `await`.
    async transaction(work) {
      if (insideTransaction.getStore()) throw new Error('transactions do not nest; pass `tx` down instead')
      return lock(() =>
        insideTransaction.run(true, async () => {
          try {
            writer.run('BEGIN IMMEDIATE')
            const result = await work(write as unknown as Writer)
            writer.run('COMMIT')
            return result
          } catch (error) {
            if (writer.inTransaction) writer.run('ROLLBACK')
            throw surfaced(error)
          }
        }),
      )
    },
    async ping() {
      reader.run('SELECT 1')
    },
    close: () =>
      lock(async () => {
        reader.close()
        writer.close()
      }),
  }
}

function makePrivateFile(path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  // SQLite gives its journal files the mode of this one.
  chmodSync(path, 0o600)
}

function connect(path: string): Database {
  const client = new Database(path, { create: true, strict: true })
  client.run('PRAGMA busy_timeout = 5000')
  client.run('PRAGMA journal_mode = WAL')
  client.run('PRAGMA synchronous = NORMAL')
  client.run('PRAGMA foreign_keys = ON')
  return client
}

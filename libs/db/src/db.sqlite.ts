import { Database } from 'bun:sqlite'
import { AsyncLocalStorage } from 'node:async_hooks'
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { createLock } from '@matinee/kernel'
import { DrizzleError } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { migrate } from 'drizzle-orm/bun-sqlite/migrator'
import type { Db, Reader, Writer } from './db'
import { isUnavailable, surfaced } from './unavailable'

const busyWithinMs = 5_000
const busyStepMs = 10

/**
 * Opens the file at `path`, readable by its owner alone, and makes it and its folder where they are missing.
 * It must be a real file: reads and writes use separate connections, so that a reader never sees an open transaction.
 */
export async function openSqlite(path: string, migrationsFolder: string): Promise<Db> {
  makePrivateFile(path)
  const [writer, reader] = [connect(path), connect(path)]
  const [write, read] = [drizzle({ client: writer }), drizzle({ client: reader })]
  await onceFree(() => migrate(write, { migrationsFolder }))

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
            await onceFree(() => writer.run('BEGIN IMMEDIATE'))
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

/** Runs `work` when no other connection holds the write lock; gives up after five seconds. */
async function onceFree(work: () => unknown): Promise<void> {
  const giveUpAtMs = performance.now() + busyWithinMs
  for (;;) {
    try {
      work()
      return
    } catch (error) {
      if (!isUnavailable(error instanceof DrizzleError ? error.cause : error) || performance.now() > giveUpAtMs) throw error
      // Let go of the thread in between: the holder may be a transaction of this very process.
      await Bun.sleep(busyStepMs)
    }
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
  client.run(`PRAGMA busy_timeout = ${busyStepMs}`)
  client.run('PRAGMA journal_mode = WAL')
  client.run('PRAGMA synchronous = NORMAL')
  client.run('PRAGMA foreign_keys = ON')
  return client
}

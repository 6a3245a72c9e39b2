import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '@matinee/test/support'
import { defineTables } from './contract/tables'
import { contractMigrations, dbContract, playtime } from './db.contract'
import { openDb } from './open-db'

dbContract('sqlite', async () => `sqlite:${join(tempFolder('db'), 'films.db')}`)

test('a file is made with its folder, readable by its owner alone, journal included', async () => {
  const path = join(tempFolder('db'), 'deep', 'films.db')

  const { db } = await openDb(`sqlite:${path}`, { migrations: contractMigrations })

  const modes = ['', '-wal', '-shm'].map((suffix) => statSync(`${path}${suffix}`).mode & 0o777)
  expect(modes).toEqual([0o600, 0o600, 0o600])
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  await db.close()
})

test.each(['sqlite::memory:', 'sqlite:', 'mysql://ana:secret@db/films', 'films.db'])(
  'the address %s is refused, and not repeated',
  async (address) => {
    const opening = openDb(address, { migrations: contractMigrations })

    const refusal = await opening.catch((error) => error)
    expect(refusal.message).toMatch(/address is|not supported/)
    expect(refusal.message).not.toContain('secret')
  },
)

test('two that have opened one file take turns, even while one waits inside its transaction', async () => {
  const address = `sqlite:${join(tempFolder('db'), 'films.db')}`
  const [one, other] = await Promise.all([
    openDb(address, { migrations: contractMigrations }),
    openDb(address, { migrations: contractMigrations }),
  ])
  const { films } = defineTables(one.columns)
  const [holding, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]

  const first = one.db.transaction(async (tx) => {
    await tx.insert(films).values(playtime)
    holding.resolve()
    await release.promise
  })
  await holding.promise
  const second = other.db.transaction(async (tx) => await tx.update(films).set({ seats: 1 }).returning())
  release.resolve()

  await first
  expect(await second).toHaveLength(1)
  await Promise.all([one.db.close(), other.db.close()])
})

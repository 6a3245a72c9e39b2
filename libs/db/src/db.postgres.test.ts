import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Refusal } from '@matinee/kernel'
import { type PostgresServer, startPostgres } from '@matinee/test/support'
import { eq, sql } from 'drizzle-orm'
import { postgresColumns } from './columns'
import { defineTables } from './contract/tables'
import { contractMigrations, dbContract, playtime } from './db.contract'
import { openDb } from './open-db'

let server: PostgresServer
let made = 0
const newAddress = () => {
  made += 1
  return server.createDatabase(`films_${made}`)
}
const { films } = defineTables(postgresColumns)

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.kill())

dbContract('postgres', newAddress)

describe('a PostgreSQL that comes and goes', () => {
  async function setup(options: { readonly timeoutMs?: number } = {}) {
    const { db } = await openDb(await newAddress(), { migrations: contractMigrations, ...options })
    await db.transaction(async (tx) => void (await tx.insert(films).values([playtime, { ...playtime, id: 'f2', title: 'Trafic' }])))
    const count = async () => await db.reader.$count(films)
    const seat = (id: string) =>
      db.transaction(
        async (tx) =>
          void (await tx
            .update(films)
            .set({ seats: sql`${films.seats} - 1` })
            .where(eq(films.id, id))),
      )
    return { db, count, seat }
  }
  /** The refusal that `call` ends with, and how long it took. */
  async function refusalOf(call: Promise<unknown>) {
    const beganMs = performance.now()
    const refusal = await call.then(
      () => undefined,
      (error) => error,
    )
    return { refusal, tookMs: performance.now() - beganMs }
  }
  const expectUnavailable = ({ refusal, tookMs }: { refusal: unknown; tookMs: number }) => {
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ code: 'unavailable', retryAfterMs: 2_000 })
    // Far more than it takes, for a busy machine, and far less than it takes TCP to give up.
    expect(tookMs).toBeLessThan(10_000)
  }

  test('killed: reads and transactions are refused as unavailable, and the first call after its restart works', async () => {
    const { db, count, seat } = await setup()
    await server.kill()

    const refused = [await refusalOf(count()), await refusalOf(seat('f1')), await refusalOf(db.ping(200))]

    refused.forEach(expectUnavailable)
    await server.start()
    expect(await count()).toBe(2)
    await seat('f1')
    await db.close()
  })

  test('killed and restarted between two calls: the second works', async () => {
    const { db, count } = await setup()
    expect(await count()).toBe(2)

    await server.kill()
    await server.start()

    expect(await count()).toBe(2)
    await db.close()
  })

  test('frozen: every caller is refused in time, more than there are connections, and served again after', async () => {
    const { db, count, seat } = await setup()
    await Promise.all(Array.from({ length: 12 }, count))
    server.suspend()

    const refused = await Promise.all(Array.from({ length: 30 }, (_, at) => refusalOf(at % 2 ? count() : seat('f1'))))
    const pinged = await refusalOf(db.ping(100))

    server.resume()
    refused.forEach(expectUnavailable)
    expect(pinged.refusal).toBeInstanceOf(Error)
    expect(await Promise.all(Array.from({ length: 12 }, count))).toEqual(Array.from({ length: 12 }, () => 2))
    await db.close()
  })

  test('frozen: a ping is refused in its own time, however long other calls may take', async () => {
    const { db, count } = await setup({ timeoutMs: 60_000 })
    server.suspend()

    const { refusal } = await refusalOf(db.ping(100))

    server.resume()
    expect(refusal).toBeInstanceOf(Error)
    expect(await count()).toBe(2)
    await db.close()
  })

  test('killed in the middle of a transaction: it is refused and wrote nothing', async () => {
    const { db, count } = await setup()

    const outcome = await refusalOf(
      db.transaction(async (tx) => {
        await tx.delete(films)
        await server.kill()
        await tx.select().from(films)
      }),
    )

    expectUnavailable(outcome)
    await server.start()
    expect(await count()).toBe(2)
    await db.close()
  })

  test('away at the start: opening waits for it', async () => {
    const address = await newAddress()
    await server.kill()

    const opening = openDb(address, { migrations: contractMigrations })
    await server.start()

    const { db } = await opening
    await db.ping(10_000)
    await db.close()
  })

  test('away for longer than the start may take: opening is refused', async () => {
    const address = await newAddress()
    await server.kill()

    const outcome = await refusalOf(openDb(address, { migrations: contractMigrations, startWithinMs: 100 }))

    expectUnavailable(outcome)
    await server.start()
  })

  test('a database that does not exist is a mistake, not an outage', async () => {
    const opening = openDb(`${server.url}_nowhere`, { migrations: contractMigrations })

    await expect(opening).rejects.toThrow('does not exist')
  })
})

test('two transactions that lock each other out both commit: the broken one runs again', async () => {
  const { db } = await openDb(await newAddress(), { migrations: contractMigrations })
  await db.transaction(async (tx) => void (await tx.insert(films).values([playtime, { ...playtime, id: 'f2', title: 'Trafic' }])))
  let holding = 0
  const both = Promise.withResolvers<void>()
  const sell = (first: string, second: string) =>
    db.transaction(async (tx) => {
      const sellOne = async (id: string) =>
        void (await tx
          .update(films)
          .set({ seats: sql`${films.seats} - 1` })
          .where(eq(films.id, id)))
      await sellOne(first)
      holding += 1
      if (holding === 2) both.resolve()
      await both.promise
      await sellOne(second)
    })

  await Promise.all([sell('f1', 'f2'), sell('f2', 'f1')])

  const rows = await db.reader.select({ seats: films.seats }).from(films)
  expect(rows.map((row) => row.seats)).toEqual([118, 118])
  // Once more, or again: it may be at the first row before the other has woken up, which then waits for it anew.
  expect(holding).toBeGreaterThan(2)
  await db.close()
})

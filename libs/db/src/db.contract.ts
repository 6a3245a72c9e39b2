import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Refusal } from '@matinee/kernel'
import { and, asc, eq, sql } from 'drizzle-orm'
import { defineTables } from './contract/tables'
import type { Db } from './db'
import { isAmong } from './is-among'
import { openDb } from './open-db'

/** Where the migrations of the suite's own tables are. */
export const contractMigrations = (dialect: Db['dialect']) => join(import.meta.dir, 'contract', 'migrations', dialect)

/** A row with a value for every kind of column. */
export const playtime = {
  id: 'f1',
  title: 'Playtime',
  kind: 'feature' as const,
  seats: 120,
  shownAtMs: 1_760_000_000_123,
  isSilent: false,
  credits: { director: 'Tati', cast: ['Tati', 'Dennek'] },
  note: null,
}

/** What every database promises, whichever it is. `newAddress` gives an empty one at each call. */
export function dbContract(name: string, newAddress: () => Promise<string>) {
  describe(name, () => {
    const opened: Db[] = []
    let address: string
    beforeAll(async () => {
      address = await newAddress()
    })
    afterAll(() => Promise.all(opened.map((db) => db.close())))

    async function setup(at = address) {
      // A pool opens all of its connections, and those of all tests stay open until the end.
      // No answer is late, however long a busy machine takes for many calls at once.
      const { db, columns } = await openDb(at, { migrations: contractMigrations, maxConnections: 4, timeoutMs: 20_000 })
      opened.push(db)
      const { films, seats } = defineTables(columns)
      // Each test has its rows for itself, though all share one database.
      const id = crypto.randomUUID()
      const film = { ...playtime, id, title: id }
      await db.transaction(async (tx) => void (await tx.insert(films).values(film)))
      const stored = async () => (await db.reader.select().from(films).where(eq(films.id, id)))[0]
      return { db, films, seats, film, stored }
    }

    test('a row comes back as it was written, in plain strings, numbers, booleans and JSON', async () => {
      const { film, stored } = await setup()

      expect(await stored()).toEqual(film)
    })

    test('defaults are filled in by the database', async () => {
      const { db, films, film } = await setup()
      const { isSilent, note, ...rest } = { ...film, id: `${film.id}-2`, title: `${film.title}-2` }

      const [row] = await db.transaction(async (tx) => await tx.insert(films).values(rest).returning())

      expect(row).toEqual({ ...rest, isSilent: false, note: null })
    })

    test('a count is a number', async () => {
      const { db, films, film } = await setup()

      expect(await db.reader.$count(films, eq(films.id, film.id))).toBe(1)
    })

    test('a transaction gives what its work gives', async () => {
      const { db } = await setup()

      expect(await db.transaction(async () => 'done')).toBe('done')
    })

    test('a throwing transaction writes nothing and rethrows what was thrown', async () => {
      const { db, films, film, stored } = await setup()
      const thrown = new Refusal('room_closed')

      const outcome = db.transaction(async (tx) => {
        await tx.update(films).set({ seats: 1 }).where(eq(films.id, film.id))
        throw thrown
      })

      expect(await outcome.catch((error) => error)).toBe(thrown)
      expect((await stored())?.seats).toBe(120)
    })

    test('a transaction that failed leaves the next one unharmed', async () => {
      const { db, films, film, stored } = await setup()
      await db.transaction(async (tx) => void (await tx.insert(films).values(film))).catch(() => {})

      await db.transaction(async (tx) => void (await tx.update(films).set({ seats: 2 }).where(eq(films.id, film.id))))

      expect((await stored())?.seats).toBe(2)
    })

    test('a reader never sees an open transaction', async () => {
      const { db, films, film, stored } = await setup()
      const [written, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]

      const open = db.transaction(async (tx) => {
        await tx.update(films).set({ seats: 3 }).where(eq(films.id, film.id))
        written.resolve()
        await seen.promise
      })
      await written.promise
      const during = await stored()
      seen.resolve()
      await open

      expect(during?.seats).toBe(120)
      expect((await stored())?.seats).toBe(3)
    })

    test('a transaction sees its own writes', async () => {
      const { db, films, film } = await setup()

      const [row] = await db.transaction(async (tx) => {
        await tx.update(films).set({ seats: 4 }).where(eq(films.id, film.id))
        return await tx.select({ seats: films.seats }).from(films).where(eq(films.id, film.id))
      })

      expect(row?.seats).toBe(4)
    })

    test('a transaction inside a transaction is refused instead of waiting for itself', async () => {
      const { db } = await setup()

      const nested = db.transaction(() => db.transaction(async () => 1))

      await expect(nested).rejects.toThrow('do not nest')
      expect(await db.transaction(async () => 2)).toBe(2)
    })

    test('of fifty who take a seat at once, as many sit as there are seats', async () => {
      const { db, films, seats, film } = await setup()
      const take = (person: string) =>
        db.transaction(async (tx) => {
          const [held] = await tx
            .update(films)
            .set({ seats: sql`${films.seats} + 1` })
            .where(eq(films.id, film.id))
            .returning()
          const taken = await tx.$count(seats, eq(seats.filmId, film.id))
          if (!held || taken >= 10) throw new Refusal('too_many_waiting')
          await tx.insert(seats).values({ filmId: film.id, person })
        })

      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, at) => take(`p${at}`)))

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
      expect(await db.reader.$count(seats, eq(seats.filmId, film.id))).toBe(10)
      const [row] = await db.reader.select({ seats: films.seats }).from(films).where(eq(films.id, film.id))
      expect(row?.seats).toBe(playtime.seats + 10)
    })

    test('an insert that meets a unique row, told to do nothing, does nothing and says so', async () => {
      const { db, films, film } = await setup()

      const rows = await db.transaction(async (tx) => await tx.insert(films).values(film).onConflictDoNothing().returning({ id: films.id }))

      expect(rows).toEqual([])
    })

    test('an insert that meets a unique row, told to update, updates', async () => {
      const { db, films, film, stored } = await setup()

      await db.transaction(
        async (tx) =>
          void (await tx
            .insert(films)
            .values(film)
            .onConflictDoUpdate({ target: films.id, set: { note: 'again' } })),
      )

      expect((await stored())?.note).toBe('again')
    })

    test('a query that fails does not carry its parameters into the message', async () => {
      const { db, films, film } = await setup()

      const failure = await db
        .transaction(async (tx) => void (await tx.insert(films).values({ ...film, id: 'other', note: 'a secret' })))
        .catch((error) => error)

      expect(failure).toBeInstanceOf(Error)
      expect(failure).not.toBeInstanceOf(Refusal)
      expect(Bun.inspect(failure)).not.toContain('a secret')
    })

    test('a row is among many values, or is not', async () => {
      const { db, films, film } = await setup()
      const others = Array.from({ length: 2_500 }, (_, place) => `other ${place}, "'`.padEnd(37, 'x'))
      const found = (values: readonly string[]) => db.reader.$count(films, isAmong(db, films.id, values))

      expect(await found([...others, film.id])).toBe(1)
      expect(await found(others)).toBe(0)
      expect(await found([])).toBe(0)
    })

    test('rows that hang on a row go with it', async () => {
      const { db, films, seats, film } = await setup()
      await db.transaction(async (tx) => void (await tx.insert(seats).values({ filmId: film.id, person: 'ana' })))

      await db.transaction(async (tx) => void (await tx.delete(films).where(eq(films.id, film.id))))

      expect(await db.reader.$count(seats, eq(seats.filmId, film.id))).toBe(0)
    })

    test('joins, orders and limits give rows of the selected shape', async () => {
      const { db, films, seats, film } = await setup()
      await db.transaction(
        async (tx) => void (await tx.insert(seats).values(['ben', 'ana', 'cem'].map((person) => ({ filmId: film.id, person })))),
      )

      const rows = await db.reader
        .select({ person: seats.person, shownAtMs: films.shownAtMs })
        .from(seats)
        .innerJoin(films, and(eq(films.id, seats.filmId), eq(films.isSilent, false)))
        .where(eq(seats.filmId, film.id))
        .orderBy(asc(seats.person))
        .limit(2)

      expect(rows).toEqual([
        { person: 'ana', shownAtMs: film.shownAtMs },
        { person: 'ben', shownAtMs: film.shownAtMs },
      ])
    })

    test('several who open an empty database at once migrate it once', async () => {
      const empty = await newAddress()

      const opening = await Promise.allSettled([setup(empty), setup(empty), setup(empty)])

      expect(opening.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    })

    test('rows outlive closing and opening', async () => {
      const { db, films, film } = await setup()
      await db.close()
      opened.splice(opened.indexOf(db), 1)

      const { db: again } = await setup()

      expect(await again.reader.$count(films, eq(films.id, film.id))).toBe(1)
    })

    test('ping resolves while the database answers, and rejects once it is closed', async () => {
      const { db } = await setup()

      await db.ping(1_000)
      await db.close()

      opened.splice(opened.indexOf(db), 1)
      await expect(db.ping(1_000)).rejects.toThrow()
    })
  })
}

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Dialect, noonMs, openStores, type Stores } from './store-setup'

/** What every attempt store promises. */
export const attemptStoreContract = (dialect: Dialect) =>
  describe(`attempts on ${dialect.name}`, () => {
    let stores: Stores
    let replica: Stores
    beforeAll(async () => {
      stores = await openStores(dialect, 31)
      replica = await openStores(dialect, 32)
    })
    afterAll(async () => {
      await stores.db.close()
      await replica.db.close()
    })
    const limit = { count: 3, periodMs: 3_000 }
    const keys = (...names: string[]) => names.map((key) => ({ key, limit }))
    const allowed = (results: readonly { readonly allowed: boolean }[]) => results.filter((result) => result.allowed).length

    test('[AU24] attempts at once, on two replicas, are let through to the count and no further', async () => {
      const taken = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 ? stores : replica).attempts.take(keys('race'), noonMs)))

      expect(allowed(taken)).toBe(3)
    })

    test('[AU24] two keys taken at once in either order never stall each other', async () => {
      const orders = [keys('one', 'two'), keys('two', 'one')]

      const taken = await Promise.all(
        Array.from({ length: 12 }, (_, i) => (i % 2 ? stores : replica).attempts.take(orders[i % 2] ?? [], noonMs)),
      )

      expect(allowed(taken)).toBe(3)
    })

    test('[AU22] when one key refuses, the other is not counted', async () => {
      for (let i = 0; i < 3; i++) await stores.attempts.take(keys('full'), noonMs)

      const refused = await stores.attempts.take(keys('full', 'free'), noonMs)
      const rest = [1, 2, 3, 4].map(() => stores.attempts.take(keys('free'), noonMs))

      expect(refused).toEqual({ allowed: false, retryAfterMs: 1_000 })
      expect(allowed(await Promise.all(rest))).toBe(3)
    })

    test('[AU21] what is given back can be taken again', async () => {
      for (let i = 0; i < 3; i++) await stores.attempts.take(keys('back', 'also'), noonMs)

      await stores.attempts.giveBack(keys('back', 'also'))

      expect((await replica.attempts.take(keys('back', 'also'), noonMs)).allowed).toBe(true)
      expect((await stores.attempts.take(keys('back', 'also'), noonMs)).allowed).toBe(false)
    })

    test('[AU24] a sweep removes counts that limit nothing any more, and keeps the others', async () => {
      await stores.attempts.take(keys('old'), noonMs - 10_000)
      for (let i = 0; i < 3; i++) await stores.attempts.take(keys('new'), noonMs)

      await replica.attempts.sweep(noonMs)

      const { attempts } = stores.tables
      const left = (await stores.db.reader.select({ key: attempts.key }).from(attempts)).map(({ key }) => key)
      expect(left).toContain('new')
      expect(left).not.toContain('old')
      expect((await stores.attempts.take(keys('new'), noonMs)).allowed).toBe(false)
    })
  })

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Db } from '@matinee/db'
import { createManualClock, createSeededIds } from '@matinee/kernel'
import { createGuessLimits } from './guess-limits'
import type { Tables } from './tables'

/** Holds the counting of guesses on some database to the promises of its port. */
export function guessLimitsContract(name: string, open: () => Promise<{ readonly db: Db; readonly tables: Tables }>): void {
  describe(`guess limits on ${name}`, () => {
    const ids = createSeededIds(8)
    let db: Db
    let tables: Tables

    beforeAll(async () => {
      ;({ db, tables } = await open())
    })
    afterAll(() => db.close())

    function setup() {
      const clock = createManualClock()
      const policy = { perUser: { count: 10, periodMs: 60_000 }, perAddress: { count: 30, periodMs: 60_000 } }
      const replica = () => createGuessLimits({ db, tables, clock, policy })
      return { clock, replica, limits: replica(), guesser: { userId: ids.uuid(), address: ids.uuid() } }
    }

    test('[RM60] ten tries a minute for one person, over all replicas; then one more every six seconds', async () => {
      const { clock, replica, limits, guesser } = setup()

      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => replica().count(guesser)))

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
      await expect(limits.check(guesser)).rejects.toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterMs: 6_000 }))
      clock.advance(6_000)
      await limits.count(guesser)
      await expect(limits.count(guesser)).rejects.toThrow('Too many requests')
    })

    test('[RM60] thirty tries a minute for one address, whoever asks', async () => {
      const { limits, guesser } = setup()
      for (let i = 0; i < 30; i++) await limits.count({ ...guesser, userId: ids.uuid() })

      await expect(limits.count({ ...guesser, userId: ids.uuid() })).rejects.toThrow('Too many requests')
    })

    test('[RM60] the hosts of one IPv6 network share the tries of an address', async () => {
      const { limits, guesser } = setup()
      for (let host = 0; host < 30; host++) await limits.count({ userId: ids.uuid(), address: `2001:db8:1:2::${host}` })

      await expect(limits.count({ ...guesser, address: '2001:db8:1:2:3:4:5:6' })).rejects.toThrow('Too many requests')
      await limits.count({ ...guesser, address: '2001:db8:1:3::1' })
    })

    test('a try refused for the address is not counted for the person', async () => {
      const { limits, guesser } = setup()
      for (let i = 0; i < 30; i++) await limits.count({ ...guesser, userId: ids.uuid() })
      for (let i = 0; i < 20; i++) await limits.count(guesser).catch(() => {})

      await limits.count({ ...guesser, address: ids.uuid() })
      for (let i = 0; i < 9; i++) await limits.count({ ...guesser, address: ids.uuid() })
      await expect(limits.count({ ...guesser, address: ids.uuid() })).rejects.toThrow('Too many requests')
    })

    test('[RM60] a try that is given back does not count, and looking does not either', async () => {
      const { limits, guesser } = setup()
      for (let i = 0; i < 50; i++) {
        await limits.count(guesser)
        await limits.giveBack(guesser)
        await limits.check(guesser)
      }

      for (let i = 0; i < 10; i++) await limits.count(guesser)
      await expect(limits.check(guesser)).rejects.toThrow('Too many requests')
    })

    test('what no longer matters is deleted, what does is kept', async () => {
      const { clock, limits, guesser } = setup()
      for (let i = 0; i < 10; i++) await limits.count(guesser)
      await limits.sweep()
      await expect(limits.check(guesser)).rejects.toThrow('Too many requests')

      clock.advance(120_000)
      await limits.sweep()

      expect(await db.reader.$count(tables.guesses)).toBe(0)
    })
  })
}

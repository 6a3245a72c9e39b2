import { expect, test } from 'bun:test'
import { createPasswords } from './passwords'

const passwords = await createPasswords({ atOnce: 2, waiting: 100 })

test('[AU3] a password is argon2id with at least 19 MiB, salted', async () => {
  const [one, two] = await Promise.all([passwords.hash('a good password'), passwords.hash('a good password')])

  expect(one).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(one).not.toBe(two)
  expect(await passwords.verify('a good password', one)).toBe(true)
  expect(await passwords.verify('a bad password', one)).toBe(false)
})

test('[AU3] an accent typed on another keyboard is the same password', async () => {
  const hash = await passwords.hash('caf\u00e9 caf\u00e9')

  expect(await passwords.verify('cafe\u0301 cafe\u0301', hash)).toBe(true)
})

test('an empty password is wrong, not an error', async () => {
  const hash = await passwords.hash('a good password')

  expect(await passwords.verify('', hash)).toBe(false)
  expect(await passwords.verify('', undefined)).toBe(false)
})

test('[AU20] verifying against nothing is false and costs the same', async () => {
  const hash = await passwords.hash('a good password')
  const took: { known: number[]; unknown: number[] } = { known: [], unknown: [] }

  for (let round = 0; round < 7; round++) {
    took.known.push(await costUs(() => passwords.verify('a bad password', hash)))
    took.unknown.push(await costUs(() => passwords.verify('a bad password', undefined)))
  }

  expect(await passwords.verify('a good password', undefined)).toBe(false)
  const [known, unknown] = [Math.min(...took.known), Math.min(...took.unknown)]
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2)
})

test('[AU4] of many computations at once the surplus is refused', async () => {
  const { inTurn, hash } = await createPasswords({ atOnce: 1, waiting: 1 })

  const outcomes = await Promise.allSettled(['one', 'two', 'three'].map((password) => inTurn(() => hash(password))))

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(outcomes[2]).toMatchObject({ reason: { code: 'unavailable' } })
})

/** What the work took of all processors: unlike the time that passes, it is the same however busy the machine is. */
async function costUs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

import { expect, test } from 'bun:test'
import { createSingleFlight } from './single-flight'

test('calls with one key share an outcome while it is under way; other keys and later calls run anew', async () => {
  const fly = createSingleFlight<number>()
  let runs = 0
  const run = async () => ++runs

  const outcomes = await Promise.all([fly('a', run), fly('a', run), fly('b', run)])

  expect(outcomes).toEqual([1, 1, 2])
  expect(await fly('a', run)).toBe(3)
})

test('a failure is shared, and not kept', async () => {
  const fly = createSingleFlight<string>()
  const fails = () => Promise.reject(new Error('no'))

  const outcomes = await Promise.allSettled([fly('a', fails), fly('a', fails)])

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await fly('a', async () => 'yes')).toBe('yes')
})

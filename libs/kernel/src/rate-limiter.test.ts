import { expect, test } from 'bun:test'
import { createManualClock } from './clock.manual'
import { createRateLimiter } from './rate-limiter'

const limits = { registrations: { count: 10, periodMs: 60_000 }, guests: { count: 30, periodMs: 60_000 } }

function setup({ maxEntries }: { maxEntries?: number } = {}) {
  const clock = createManualClock()
  const limiter = createRateLimiter({ limits, clock, ...(maxEntries ? { maxEntries } : {}) })
  const take = (count: number, key = 'ana') =>
    Array.from({ length: count }, () => limiter.refuse('registrations', key)).filter(Boolean).length
  return { clock, limiter, take }
}

test('[GW16] the limit is let through at once, the next is told when to come back, and then is let through', () => {
  const { clock, limiter, take } = setup()

  expect(take(10)).toBe(0)
  expect(limiter.refuse('registrations', 'ana')).toEqual({ retryAfterMs: 6_000 })
  clock.advance(6_000)
  expect(take(1)).toBe(0)
  expect(take(1)).toBe(1)
})

test('[GW16] limits and keys do not touch each other', () => {
  const { limiter, take } = setup()
  take(11)

  expect(take(1, 'ben')).toBe(0)
  expect(limiter.refuse('guests', 'ana')).toBeUndefined()
})

test('[GW17] what is forgiven may be taken again', () => {
  const { limiter, take } = setup()
  take(10)

  limiter.forgive('registrations', 'ana')

  expect(take(1)).toBe(0)
  expect(take(1)).toBe(1)
})

test('[GW18] the table stays within its bound, and forgets whom it has not seen for longest', () => {
  const { limiter, take } = setup({ maxEntries: 100 })
  take(10, 'ana')
  for (let stranger = 0; stranger < 50; stranger++) take(1, `first-${stranger}`)
  take(10, 'ben')

  for (let stranger = 0; stranger < 99; stranger++) take(1, `second-${stranger}`)

  expect(limiter.size).toBe(100)
  expect(take(1, 'ben')).toBe(1)
  expect(take(1, 'ana')).toBe(0)
})

test('[GW18] entries that no longer matter go as others come', () => {
  const { clock, limiter, take } = setup()
  for (let stranger = 0; stranger < 1_000; stranger++) take(1, `early-${stranger}`)

  clock.advance(60_000)
  for (let stranger = 0; stranger < 600; stranger++) take(1, `late-${stranger}`)

  expect(limiter.size).toBe(600)
})

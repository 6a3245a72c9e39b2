import { expect, test } from 'bun:test'
import { defaultLoginLimits, giveBack, loginKeys, take } from './attempts'

const noonMs = Date.UTC(2026, 0, 1, 12)
const limit = { count: 3, periodMs: 3_000 }

test('[AU21] what is taken at once is limited to the count, and the refusal says when the next one is free', () => {
  let storedMs: number | undefined
  for (let attempt = 0; attempt < 3; attempt++) {
    const taken = take([{ key: 'a', limit, storedMs }], noonMs)
    storedMs = taken.allowed ? taken.nextMs[0] : undefined
  }

  const fourth = take([{ key: 'a', limit, storedMs }], noonMs)
  const later = take([{ key: 'a', limit, storedMs }], noonMs + 1_000)

  expect(fourth).toEqual({ allowed: false, retryAfterMs: 1_000 })
  expect(later.allowed).toBe(true)
})

test('[AU21] an attempt given back can be taken again at once', () => {
  const full = noonMs + 3_000

  const storedMs = giveBack(limit, full)

  expect(take([{ key: 'a', limit, storedMs: full }], noonMs).allowed).toBe(false)
  expect(take([{ key: 'a', limit, storedMs }], noonMs).allowed).toBe(true)
})

test('[AU21] the defaults are 10 in 15 minutes for an account and 50 for an address', () => {
  expect(defaultLoginLimits).toEqual({ perAccount: { count: 10, periodMs: 900_000 }, perAddress: { count: 50, periodMs: 900_000 } })
})

test('[AU22] when one key refuses none is taken, and the longest wait is told', () => {
  const full = { key: 'a', limit, storedMs: noonMs + 3_000 }
  const fuller = { key: 'b', limit: { count: 3, periodMs: 21_000 }, storedMs: noonMs + 21_000 }
  const free = { key: 'c', limit, storedMs: undefined }

  expect(take([free, full, fuller], noonMs)).toEqual({ allowed: false, retryAfterMs: 7_000 })
})

test('[AU23] addresses of one /64 share a count, whatever their spelling; IPv4 addresses do not', () => {
  const account = 'digest'
  const keyFor = (address: string) => loginKeys(defaultLoginLimits, { account, address })[1]?.key

  expect(keyFor('2001:db8:0:1::1')).toBe(keyFor('2001:DB8::1:ffff:ffff:ffff:ffff'))
  expect(keyFor('2001:db8:0:1::1')).not.toBe(keyFor('2001:db8:0:2::1'))
  expect(keyFor('192.0.2.1')).not.toBe(keyFor('192.0.2.2'))
})

import { expect, test } from 'bun:test'
import { readSyncConfig } from './config'

const enough = {
  BUS_URL: 'nats://one:4222,nats://two:4222',
  REDIS_URL: 'redis://redis:6379',
  AUTH_URL: 'http://auth:4001',
  ROOMS_INTERNAL_URL: 'http://rooms:4102',
  LINK_SECRET: 'a-secret-of-our-own-for-links',
  INTERNAL_SECRET: 'a-secret-of-our-own-for-this',
  PASS_KEY: 'a-secret-of-our-own-for-passes',
}
const complaint = (environment: Record<string, string | undefined>): string => {
  try {
    readSyncConfig(environment)
    return ''
  } catch (error) {
    return String(error)
  }
}

test('[UP13] what has a default need not be said', () => {
  expect(readSyncConfig(enough)).toMatchObject({
    port: 4003,
    internalPort: 4103,
    busUrls: ['nats://one:4222', 'nats://two:4222'],
    limits: { chat: { count: 10, periodMs: 5_000 }, badFrames: { count: 20, periodMs: 10_000 } },
    frameLimit: { count: 20, periodMs: 1_000, burst: 40 },
    handshakeLimit: { count: 120, periodMs: 60_000 },
    graces: { cleanMs: 1_000, brokenMs: 6_000, hostMs: 60_000 },
    beatMs: 2_000,
    leaseMs: 9_000,
    linkIdleMs: 4_500,
    seenMs: 15_000,
    window: { keptEvents: 2_000, keptMs: 600_000, keptBytes: 16 * 1024 * 1024 },
  })
})

test('[UP13] every mistake is told at once, and no value', () => {
  const message = complaint({
    PORT: '99999',
    REDIS_URL: 'memory:',
    BUS_URL: 'redis://x',
    LIMITS: 'maybe',
    PASS_KEY: 'hunter2',
    BEAT_MS: '1',
  })

  for (const name of [...Object.keys(enough), 'PORT', 'LIMITS', 'BEAT_MS']) expect(message).toContain(name)
  expect(message).not.toContain('hunter2')
})

test('[UP13] development secrets, and life without limits, are for development only', () => {
  const loose = { ...enough, LIMITS: 'off', PASS_KEY: 'development-pass-key-x' }

  expect(readSyncConfig(loose)).toMatchObject({
    limits: { chat: undefined, badFrames: undefined },
    frameLimit: undefined,
    handshakeLimit: undefined,
  })
  expect(complaint({ ...loose, ENVIRONMENT: 'production' })).toContain('PASS_KEY')
  expect(complaint({ ...loose, ENVIRONMENT: 'production' })).toContain('LIMITS')
})

test('[UP13] a lease that is not longer than two beats would run out by itself, and is refused', () => {
  expect(complaint({ ...enough, BEAT_MS: '5000', LEASE_MS: '9999' })).toContain('LEASE_MS')
  expect(complaint({ ...enough, BEAT_MS: '5000', LEASE_MS: '10000' })).toBe('')
})

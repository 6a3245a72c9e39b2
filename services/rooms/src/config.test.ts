import { expect, test } from 'bun:test'
import { readRoomsConfig } from './config'

const enough = {
  DATABASE_URL: 'postgres://rooms@localhost/rooms',
  BUS_URL: 'nats://one:4222,nats://two:4222',
  AUTH_URL: 'http://auth:4001',
  INTERNAL_SECRET: 'a-secret-of-our-own-for-this',
}

test('what has a default need not be said', () => {
  expect(readRoomsConfig(enough)).toMatchObject({
    port: 4002,
    internalPort: 4102,
    busUrls: ['nats://one:4222', 'nats://two:4222'],
    limits: { perUser: { count: 10, periodMs: 60_000 }, perAddress: { count: 30, periodMs: 60_000 } },
    accessTokenTtlMs: 900_000,
  })
})

test('every mistake is told at once, and no value', () => {
  const environment = {
    PORT: '99999',
    DATABASE_URL: 'mysql://root:hunter2@db',
    BUS_URL: 'memory:',
    LIMITS: 'maybe',
    INTERNAL_SECRET: 'short',
  }
  let message = ''

  try {
    readRoomsConfig(environment)
  } catch (error) {
    message = String(error)
  }

  for (const name of ['PORT', 'DATABASE_URL', 'BUS_URL', 'AUTH_URL', 'LIMITS', 'INTERNAL_SECRET']) expect(message).toContain(`${name}`)
  expect(message).not.toContain('hunter2')
})

test('production refuses secrets of development and limits that are off; development takes them', () => {
  const lax = { ...enough, LIMITS: 'off', INTERNAL_SECRET: 'development-internal-secret' }

  expect(readRoomsConfig(lax).limits).toBeUndefined()
  for (const name of ['LIMITS', 'INTERNAL_SECRET']) {
    expect(() => readRoomsConfig({ ...lax, ENVIRONMENT: 'production' })).toThrow(`${name}: `)
  }
  expect(readRoomsConfig({ ...enough, ENVIRONMENT: 'production' }).internalSecret).toBe(enough.INTERNAL_SECRET)
})

import { expect, test } from 'bun:test'
import { readAuthConfig } from './config'

const development = {
  DATABASE_URL: 'postgres://auth@postgres/auth',
  BUS_URL: 'nats://one:4222, nats://two:4222',
  INTERNAL_SECRET: 'development-internal-secret',
  KEY_ENCRYPTION_SECRET: 'development-key-encryption-secret',
}
const production = {
  ...development,
  ENVIRONMENT: 'production',
  INTERNAL_SECRET: 'an internal secret of its own',
  KEY_ENCRYPTION_SECRET: 'a key secret of its own',
}

test('what is not set has the defaults of the protocol', () => {
  const config = readAuthConfig(development)

  expect(config).toMatchObject({
    port: 4001,
    internalPort: 4101,
    busUrls: ['nats://one:4222', 'nats://two:4222'],
    issuer: 'matinee',
    accessTokenTtlMs: 900_000,
    limits: { perAccount: { count: 10, periodMs: 900_000 }, perAddress: { count: 50, periodMs: 900_000 } },
  })
})

test('limits are configurable', () => {
  const config = readAuthConfig({ ...development, LIMIT_WRONG_LOGINS_PER_ACCOUNT: '4', LIMIT_WRONG_LOGINS_PER_ADDRESS: '8' })

  expect([config.limits?.perAccount.count, config.limits?.perAddress.count]).toEqual([4, 8])
})

test('[AU52] every mistake is reported at once, and no value is', () => {
  const wrong = {
    ENVIRONMENT: 'production',
    PORT: 'many',
    DATABASE_URL: 'mysql://root:hunter2@db',
    BUS_URL: 'memory:',
    LIMITS: 'off',
    INTERNAL_SECRET: 'development-internal-secret',
    ACCESS_TOKEN_TTL_MS: '-1',
  }

  const message = messageOf(() => readAuthConfig(wrong))

  for (const name of [...Object.keys(wrong).filter((key) => key !== 'ENVIRONMENT'), 'KEY_ENCRYPTION_SECRET'])
    expect(message).toContain(name)
  expect(message).not.toContain('hunter2')
})

test('[AU52] production refuses development secrets, missing secrets and LIMITS=off, which development takes', () => {
  expect(readAuthConfig(production).internalSecret).toBe(production.INTERNAL_SECRET)
  expect(readAuthConfig({ ...development, LIMITS: 'off' }).limits).toBeUndefined()
  for (const change of [
    { INTERNAL_SECRET: development.INTERNAL_SECRET },
    { KEY_ENCRYPTION_SECRET: development.KEY_ENCRYPTION_SECRET },
    { INTERNAL_SECRET: undefined },
    { KEY_ENCRYPTION_SECRET: undefined },
    { KEY_ENCRYPTION_SECRET: undefined, DATABASE_URL: 'sqlite:./auth.db' },
    { INTERNAL_SECRET: 'too short' },
    { LIMITS: 'off' },
  ]) {
    expect(messageOf(() => readAuthConfig({ ...production, ...change }))).toContain(Object.keys(change)[0] ?? '')
  }
})

test('[AU44] only a file in development goes without KEY_ENCRYPTION_SECRET', () => {
  const without = { ...development, KEY_ENCRYPTION_SECRET: undefined }

  expect(readAuthConfig({ ...without, DATABASE_URL: 'sqlite:./auth.db' }).keyEncryptionSecret).toBeUndefined()
  expect(messageOf(() => readAuthConfig(without))).toContain('KEY_ENCRYPTION_SECRET')
})

function messageOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    return String(error)
  }
  throw new Error('it was taken')
}

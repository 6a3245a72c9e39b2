import { expect, test } from 'bun:test'
import * as z from 'zod'
import { readEmbeddedGatewayConfig, readGatewayConfig } from './config'

const good = {
  AUTH_URL: 'http://auth:4001',
  ROOMS_URL: 'http://rooms:4002',
  SYNC_URLS: 'ws://sync-1:4103, ws://sync-2:4103',
  LINK_SECRET: 'development-link-secret',
  INTERNAL_SECRET: 'development-internal-secret',
}
const mistakesOf = (environment: Record<string, string>): string => {
  try {
    readGatewayConfig(environment)
    return ''
  } catch (error) {
    return String(error)
  }
}

test('what is not set has the documented default', () => {
  const config = readGatewayConfig(good)

  expect(config).toMatchObject({
    port: 8080,
    internalPort: 8081,
    host: '0.0.0.0',
    syncUrls: ['ws://sync-1:4103', 'ws://sync-2:4103'],
    allowedHosts: ['localhost'],
    allowedOrigins: [],
    trustedProxies: [],
    maxBodyBytes: 65_536,
    upstreamTimeoutMs: 10_000,
    limits: { guests: { count: 30, periodMs: 60_000 }, rooms_created: { count: 20, periodMs: 3_600_000 } },
  })
})

test('each limit is set by its own name', () => {
  const { limits } = readGatewayConfig({
    ...good,
    LIMIT_REQUESTS_PER_MIN: '1',
    LIMIT_GUESTS_PER_MIN: '2',
    LIMIT_REGISTRATIONS_PER_MIN: '3',
    LIMIT_HANDSHAKES_PER_MIN: '4',
    LIMIT_ROOMS_CREATED_PER_H: '5',
  })

  expect(limits).toMatchObject({
    requests: { count: 1 },
    guests: { count: 2 },
    registrations: { count: 3 },
    handshakes: { count: 4 },
    rooms_created: { count: 5, periodMs: 3_600_000 },
  })
})

test('[GW22] all mistakes are told at once, and no value', () => {
  const mistakes = mistakesOf({
    ENVIRONMENT: 'production',
    PORT: 'eighty',
    AUTH_URL: 'ftp://auth',
    SYNC_URLS: 'http://sync',
    LINK_SECRET: 'short-one',
    INTERNAL_SECRET: 'development-internal-secret',
    ALLOWED_ORIGINS: 'https://ok.example,https://no.example/path',
    TRUSTED_PROXIES: '10.0.0.0/99',
    LIMITS: 'off',
  })

  const named = [
    'PORT',
    'AUTH_URL',
    'ROOMS_URL',
    'SYNC_URLS',
    'LINK_SECRET',
    'INTERNAL_SECRET',
    'ALLOWED_ORIGINS',
    'TRUSTED_PROXIES',
    'LIMITS',
  ]
  expect(named.filter((name) => !mistakes.includes(`  ${name}`))).toEqual([])
  expect(mistakes).not.toContain('short-one')
  expect(mistakes).not.toContain('development-internal-secret')
})

test('[GW22] production refuses development secrets and open limits, development takes both', () => {
  const production = mistakesOf({ ...good, ENVIRONMENT: 'production', LIMITS: 'off' })

  expect(production).toMatch(/LINK_SECRET: is a development secret[\s\S]*LIMITS|LIMITS[\s\S]*LINK_SECRET: is a development secret/)
  expect(production).toContain('INTERNAL_SECRET: is a development secret')
  expect(readGatewayConfig({ ...good, LIMITS: 'off' }).limits).toBeUndefined()
})

test('the embedded run is closed to the network until HOST opens it', () => {
  expect(readEmbeddedGatewayConfig({}, 'secret-of-this-process', z.object({})).gateway.host).toBe('127.0.0.1')
  expect(readEmbeddedGatewayConfig({ HOST: '0.0.0.0' }, 'secret-of-this-process', z.object({})).gateway.host).toBe('0.0.0.0')
})

test('origins are kept as browsers spell them', () => {
  const { allowedOrigins } = readGatewayConfig({ ...good, ALLOWED_ORIGINS: 'HTTPS://Watch.Example:443/' })

  expect(allowedOrigins).toEqual(['https://watch.example'])
})

test('[GW22] the embedded run reports the mistakes of all its parts at once', () => {
  const read = () =>
    readEmbeddedGatewayConfig(
      { PORT: 'x', LIMITS: 'maybe', DATA_DIR: '', INTERNAL_PORT: '99999' },
      'secret',
      z.object({ INTERNAL_PORT: z.coerce.number().max(65_535) }),
    )

  expect(read).toThrow(/PORT[\s\S]*LIMITS[\s\S]*INTERNAL_PORT/)
})

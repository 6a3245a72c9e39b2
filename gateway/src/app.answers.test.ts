import { expect, test } from 'bun:test'
import { Refusal } from '@matinee/kernel'
import { createTestApp, proxyAddress } from './app.fixture'

test("[GW10] a service's answer passes, but for what is about its connection or inside the system", async () => {
  const headers = {
    'content-type': 'application/json',
    'retry-after': '7',
    'www-authenticate': 'Bearer',
    server: 'bun',
    'x-powered-by': 'elysia',
    'x-matinee-node': 'rooms-1',
    'keep-alive': 'timeout=5',
    connection: 'x-hop',
    'x-hop': 'gone',
    'set-cookie': 'a=b',
    'access-control-allow-origin': '*',
  }
  const { fetch } = createTestApp({ answer: () => new Response('{"a":1}', { status: 418, headers }) })

  const response = await fetch('/api/rooms/')

  expect(response.status).toBe(418)
  expect(await response.text()).toBe('{"a":1}')
  const kept = Object.keys(headers).filter((name) => response.headers.has(name))
  expect(kept).toEqual(['content-type', 'retry-after', 'www-authenticate'])
})

test('[GW10] an answer without a body has none', async () => {
  const { fetch } = createTestApp({ answer: () => new Response(null, { status: 204 }) })

  const response = await fetch('/api/auth/logout/', { method: 'POST' })

  expect(response.status).toBe(204)
  expect(response.body).toBeNull()
})

test('[GW11] 504 timed_out for a service that does not answer in time, though it hears no signal', async () => {
  const { fetch, codeOf } = createTestApp({ config: { upstreamTimeoutMs: 20 }, answer: () => Promise.withResolvers<Response>().promise })

  const response = await fetch('/api/rooms/')

  expect(response.status).toBe(504)
  expect(await codeOf(response)).toBe('timed_out')
})

test('[GW11] 504 timed_out also when the answer starts and does not end', async () => {
  const { fetch } = createTestApp({ config: { upstreamTimeoutMs: 20 }, answer: () => new Response(new ReadableStream()) })

  const response = await fetch('/api/rooms/')

  expect(response.status).toBe(504)
})

test('[GW11] 503 unavailable with Retry-After for a service that cannot be reached, and not why', async () => {
  const { fetch, lines } = createTestApp({ answer: () => Promise.reject(new Error('connect ECONNREFUSED rooms-7:4002')) })

  const response = await fetch('/api/rooms/')

  const body = await response.text()
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(body).toContain('"code":"unavailable"')
  expect(body).not.toContain('rooms-7')
  expect(lines.join()).toContain('rooms-7')
})

test('[GW11] what the way to a service refuses is told as it is', async () => {
  const { fetch, codeOf } = createTestApp({ answer: () => Promise.reject(new Refusal('unavailable', { retryAfterMs: 9_000 })) })

  const response = await fetch('/api/rooms/')

  expect([response.status, await codeOf(response), response.headers.get('retry-after')]).toEqual([503, 'unavailable', '9'])
})

test.each([
  ['while it waits', () => undefined],
  ['in the middle of its body', (signal: AbortSignal) => bodyUntil(signal)],
])('[GW11] a client that hangs up %s is no refusal, and no failure of the service', async (_, bodyFor) => {
  const client = new AbortController()
  const { fetch, lines, metrics } = createTestApp({
    answer: ({ signal }) => {
      client.abort()
      return Promise.reject(signal.reason)
    },
  })
  const body = bodyFor(client.signal)

  const answer = fetch('/api/rooms/join/', { method: 'POST', signal: client.signal, ...(body ? { body } : {}) })
  if (body) client.abort()

  expect((await answer).status).toBe(499)
  expect(lines.filter((line) => !line.includes('"message":"request"'))).toEqual([])
  expect(await metrics.text()).not.toContain('http_refusals_total{')
})

test('[GW12] every answer tells browsers to guess, frame, refer and share nothing', async () => {
  const { fetch } = createTestApp()

  const answers = [
    await fetch('/api/rooms/'),
    await fetch('/nowhere'),
    await fetch('/', { headers: { host: 'evil' } }),
    await fetch('/api/docs'),
  ]

  for (const { headers } of answers) {
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.has('strict-transport-security')).toBe(false)
  }
})

test('[GW12] https is insisted on only where a trusted proxy says it is used', async () => {
  const { fetch } = createTestApp()
  const over = async (peerAddress: string, proto: string) =>
    (await fetch('/api/rooms/', { headers: { 'x-forwarded-proto': proto } }, { peerAddress })).headers.has('strict-transport-security')

  expect(await over(proxyAddress, 'https')).toBe(true)
  expect(await over(proxyAddress, 'http')).toBe(false)
  expect(await over('203.0.113.7', 'https')).toBe(false)
})

test('[GW12] nobody keeps answers of auth; its keys and rooms are kept as they say, and rooms not unless they say so', async () => {
  const { fetch } = createTestApp({
    answer: ({ url }) =>
      Response.json(
        {},
        url.includes('said') || url.includes('auth') || url.includes('jwks') ? { headers: { 'cache-control': 'max-age=60' } } : {},
      ),
  })
  const kept = async (path: string) => (await fetch(path)).headers.get('cache-control')

  expect(await kept('/api/auth/me/')).toBe('no-store')
  expect(await kept('/.well-known/jwks.json')).toBe('max-age=60')
  expect(await kept('/api/rooms/?said')).toBe('max-age=60')
  expect(await kept('/api/rooms/')).toBe('no-store')
})

test('[GW13] a refusal of the gateway is a problem with its request id', async () => {
  const { fetch } = createTestApp()

  const response = await fetch('/nowhere')

  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'There is nothing here.',
    status: 404,
    code: 'not_found',
    retryable: false,
    request_id: response.headers.get('x-request-id'),
  })
})

test('[GW1] 421 for a host that is not served, before anything else', async () => {
  const { fetch, codeOf, asked } = createTestApp()

  const response = await fetch('/api/rooms/', { headers: { host: 'evil.example' } })

  expect(response.status).toBe(421)
  expect(await codeOf(response)).toBe('misdirected_host')
  expect(asked).toEqual([])
})

test('requests are logged and counted by their route, without query and token', async () => {
  const { fetch, lines, metrics } = createTestApp()

  await fetch('/api/rooms/7GQ4KX2M/?token=very-secret', { headers: { authorization: 'Bearer very-secret' } })

  const line = JSON.parse(lines.find((text) => text.includes('"message":"request"')) ?? '{}')
  expect(line).toMatchObject({ method: 'GET', path: '/api/rooms/7GQ4KX2M/', status: 200, client_address: '203.0.113.7' })
  expect(lines.join()).not.toContain('very-secret')
  expect(await metrics.text()).toMatch(/http_request_duration_seconds_count\{[^}]*method="GET"[^}]*route="rooms"[^}]*\} 1/)
})

/** A body whose end never comes, and which breaks with the connection, as Bun's does. */
const bodyUntil = (signal: AbortSignal) =>
  new ReadableStream({ start: (controller) => signal.addEventListener('abort', () => controller.error(signal.reason)) })

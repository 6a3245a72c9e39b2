import { expect, test } from 'bun:test'
import { createTestApp, internalSecret, proxyAddress, strangerAddress } from './app.fixture'

test('[GW5] a request reaches its service with its method, path, query and body', async () => {
  const { fetch, asked } = createTestApp()

  await fetch('/api/rooms/create/?a=1&b=%20', { method: 'POST', body: '{"name":"Kino"}', headers: { 'content-type': 'application/json' } })

  const [{ service, request, body } = {}] = asked
  expect(service).toBe('rooms')
  expect(request?.method).toBe('POST')
  expect(new URL(request?.url ?? '')).toMatchObject({ pathname: '/api/rooms/create/', search: '?a=1&b=%20' })
  expect(request?.headers.get('content-type')).toBe('application/json')
  expect(body).toBe('{"name":"Kino"}')
})

test('[GW5] 404 for an unknown path, which no service sees', async () => {
  const { fetch, codeOf, asked } = createTestApp()

  const response = await fetch('/internal/memberships', { method: 'POST', body: '{}' })

  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await codeOf(response)).toBe('not_found')
  expect(asked).toEqual([])
})

test('[GW6] the service sees the path the route was chosen by', async () => {
  const { fetch, asked } = createTestApp()

  await fetch('/api/auth/../rooms/./create/')

  expect(asked.map(({ service, request }) => [service, new URL(request.url).pathname])).toEqual([['rooms', '/api/rooms/create/']])
})

test('[GW7] nobody but the gateway speaks in its name', async () => {
  const { fetch, asked } = createTestApp()
  const forged = {
    forwarded: 'for=1.1.1.1',
    'x-forwarded-for': '1.1.1.1',
    'x-forwarded-host': 'evil',
    'x-forwarded-proto': 'https',
    'x-real-ip': '1.1.1.1',
    'x-matinee-client-address': '1.1.1.1',
    'x-matinee-internal-secret': 'guess',
    'x-matinee-user-id': 'somebody',
    'x-request-id': 'chosen-by-the-client',
    cookie: 'a=b',
    'accept-encoding': 'gzip',
    connection: 'keep-alive, x-secret-hop',
    'x-secret-hop': 'dropped',
    'keep-alive': '5',
    te: 'trailers',
    'proxy-authorization': 'Basic x',
    authorization: 'Bearer token',
    'user-agent': 'kept',
  }

  const response = await fetch('/api/auth/me/', { headers: forged })

  const requestId = response.headers.get('x-request-id')
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(Object.fromEntries(asked[0]?.request.headers ?? [])).toEqual({
    authorization: 'Bearer token',
    'user-agent': 'kept',
    'x-request-id': requestId ?? '',
    'x-matinee-client-address': strangerAddress,
    'x-matinee-internal-secret': internalSecret,
  })
})

test('[GW4] a trusted proxy names the request and the client, if it names them well', async () => {
  const { fetch, asked } = createTestApp()
  const through = (headers: Record<string, string>) => fetch('/api/auth/me/', { headers }, { peerAddress: proxyAddress })

  const named = await through({ 'x-request-id': 'edge-0001', 'x-forwarded-for': '198.51.100.1' })
  const misnamed = await through({ 'x-request-id': 'a b', 'x-forwarded-for': 'garbage' })

  expect(named.headers.get('x-request-id')).toBe('edge-0001')
  expect(misnamed.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(asked.map(({ request }) => request.headers.get('x-matinee-client-address'))).toEqual(['198.51.100.1', proxyAddress])
})

test('[GW8] a body that says it is too large is 413 before a byte of it is read', async () => {
  const { fetch, codeOf, asked } = createTestApp()
  let read = 0
  const body = new ReadableStream(
    {
      pull(controller) {
        read++
        controller.enqueue(new Uint8Array(1_024))
      },
    },
    { highWaterMark: 0 },
  )

  const response = await fetch('/api/rooms/create/', { method: 'POST', body, headers: { 'content-length': '1000000' } })

  expect(response.status).toBe(413)
  expect(await codeOf(response)).toBe('payload_too_large')
  expect(read).toBe(0)
  expect(asked).toEqual([])
})

test('[GW8] a body that does not say is counted, and 413 as soon as it is too large', async () => {
  const { fetch, codeOf, asked } = createTestApp()
  let readBytes = 0
  const endless = new ReadableStream(
    {
      pull(controller) {
        readBytes += 16_384
        controller.enqueue(new Uint8Array(16_384))
      },
    },
    { highWaterMark: 0 },
  )

  const response = await fetch('/api/rooms/create/', { method: 'POST', body: endless })

  expect(response.status).toBe(413)
  expect(await codeOf(response)).toBe('payload_too_large')
  expect(readBytes).toBeLessThan(200_000)
  expect(asked).toEqual([])
})

test('[GW8] a body of exactly the limit passes', async () => {
  const { fetch, asked } = createTestApp({ config: { maxBodyBytes: 2_000 } })

  const response = await fetch('/api/rooms/create/', { method: 'POST', body: 'x'.repeat(2_000) })

  expect(response.status).toBe(200)
  expect(asked[0]?.body.length).toBe(2_000)
})

test('[GW9] 405 with Allow for a method the API does not know; the service decides on the others', async () => {
  const { fetch, codeOf, asked } = createTestApp({ answer: () => new Response('{}', { status: 405, headers: { allow: 'POST' } }) })

  const unknown = await fetch('/api/rooms/create/', { method: 'PUT', body: '{}' })
  const known = await fetch('/api/rooms/create/', { method: 'DELETE' })

  expect([unknown.status, known.status]).toEqual([405, 405])
  expect(await codeOf(unknown)).toBe('method_not_allowed')
  expect(unknown.headers.get('allow')).toBe('GET, HEAD, POST, PATCH, DELETE')
  expect(known.headers.get('allow')).toBe('POST')
  expect(asked.map(({ request }) => request.method)).toEqual(['DELETE'])
})

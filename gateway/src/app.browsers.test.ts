import { expect, test } from 'bun:test'
import { createTestApp } from './app.fixture'

const listed = 'https://watch.example'
const preflight = (origin: string) => ({ method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })

test('[GW14] a listed origin gets its preflight here, without credentials', async () => {
  const { fetch, asked } = createTestApp()

  const { status, headers } = await fetch('/api/rooms/create/', preflight(listed))

  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe(listed)
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, DELETE')
  expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type')
  expect(headers.has('access-control-allow-credentials')).toBe(false)
  expect(asked).toEqual([])
})

test('[GW14] a listed origin may read answers, refusals and their headers', async () => {
  const { fetch } = createTestApp()

  for (const path of ['/api/rooms/', '/nowhere']) {
    const { headers } = await fetch(path, { headers: { origin: listed } })

    expect(headers.get('access-control-allow-origin')).toBe(listed)
    expect(headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after')
    expect(headers.get('vary')).toContain('Origin')
  }
})

test('[GW14] any other origin gets no CORS header, and its answers still vary by origin', async () => {
  const { fetch } = createTestApp()

  const answers = [
    await fetch('/api/rooms/', preflight('https://evil.example')),
    await fetch('/api/rooms/', { headers: { origin: 'null' } }),
  ]

  for (const { headers } of answers) {
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(headers.get('vary')).toBe('Origin')
  }
})

const handshake = (headers: Record<string, string> = {}) => ({ headers: { upgrade: 'websocket', connection: 'upgrade', ...headers } })

test('[GW19] a handshake reaches the sockets', async () => {
  const { fetch, upgraded } = createTestApp()

  await fetch('/ws/room/7GQ4KX2M/?token=t', handshake())

  expect(upgraded()).toBe(1)
})

test('[GW19] 426 without an upgrade', async () => {
  const { fetch, codeOf, upgraded } = createTestApp()

  const response = await fetch('/ws/room/7GQ4KX2M/')

  expect([response.status, await codeOf(response), response.headers.get('upgrade')]).toEqual([426, 'upgrade_required', 'websocket'])
  expect(upgraded()).toBe(0)
})

test('[GW15] 403 before the upgrade for a foreign page', async () => {
  const { fetch, codeOf, upgraded } = createTestApp()

  const response = await fetch('/ws/room/7GQ4KX2M/', handshake({ origin: 'https://evil.example' }))

  expect([response.status, await codeOf(response)]).toEqual([403, 'origin_not_allowed'])
  expect(upgraded()).toBe(0)
})

test('[GW19] 421 before the upgrade for a host that is not served', async () => {
  const { fetch, upgraded } = createTestApp()

  const response = await fetch('/ws/room/7GQ4KX2M/', handshake({ host: 'evil.example' }))

  expect(response.status).toBe(421)
  expect(upgraded()).toBe(0)
})

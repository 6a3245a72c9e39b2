import { expect, test } from 'bun:test'
import { createTestApp, type TestAppOptions } from './app.fixture'

function setup(options: TestAppOptions = {}) {
  const app = createTestApp(options)
  const post = (path: string, { peerAddress, token }: { peerAddress?: string; token?: string } = {}) =>
    app.fetch(
      path,
      { method: 'POST', body: '{}', ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}) },
      peerAddress ? { peerAddress } : {},
    )
  /** How many of `count` are let through. */
  const passed = async (count: number, ask: () => Promise<Response>) => {
    const statuses = await Promise.all(Array.from({ length: count }, ask))
    return statuses.filter(({ status }) => status !== 429).length
  }
  return { ...app, post, passed }
}

test('[GW16] guests, registrations and handshakes have each their own limit per address', async () => {
  const { post, passed, fetch } = setup()

  expect(await passed(40, () => post('/api/auth/guest/'))).toBe(30)
  expect(await passed(40, () => post('/api/auth/register'))).toBe(10)
  expect(await passed(130, () => fetch('/ws/room/7GQ4KX2M/', { headers: { upgrade: 'websocket' } }))).toBe(120)
  expect(await passed(5, () => post('/api/auth/login/'))).toBe(5)
})

test('[GW2, GW16] handshakes that a trusted proxy passes on count for their clients', async () => {
  const { passed, fetch } = setup()
  const handshake = (client: string) => () =>
    fetch('/ws/room/7GQ4KX2M/', { headers: { upgrade: 'websocket', 'x-forwarded-for': client } }, { peerAddress: '10.0.0.2' })

  expect(await passed(130, handshake('198.51.100.1'))).toBe(120)
  expect(await passed(1, handshake('198.51.100.2'))).toBe(1)
})

test('[GW16] over a limit is 429 with Retry-After, and no service sees it', async () => {
  const { post, passed, codeOf, asked, metrics } = setup()
  await passed(10, () => post('/api/auth/register/'))

  const response = await post('/api/auth/register/')

  expect([response.status, await codeOf(response), response.headers.get('retry-after')]).toEqual([429, 'rate_limited', '6'])
  expect(asked.length).toBe(10)
  expect(await metrics.text()).toMatch(/matinee_gateway_limited_total\{[^}]*limit="registrations"[^}]*\} 1/)
})

test('[GW16] requests in all are limited per address, whatever they ask for', async () => {
  const { fetch, passed, post } = setup()

  expect(await passed(1_300, () => fetch('/nowhere'))).toBe(1_200)
  expect((await post('/api/auth/login/')).status).toBe(429)
  expect((await post('/api/auth/login/', { peerAddress: '203.0.113.8' })).status).toBe(200)
})

test('[GW3] the hosts of one IPv6 network share a limit, those behind one trusted proxy do not', async () => {
  const { post, passed, fetch } = setup()
  let host = 0

  expect(await passed(12, () => post('/api/auth/register/', { peerAddress: `2001:db8::${++host}` }))).toBe(10)
  const throughProxy = () =>
    fetch('/api/auth/register/', { method: 'POST', headers: { 'x-forwarded-for': `198.51.100.${++host}` } }, { peerAddress: '10.0.0.2' })
  expect(await passed(12, throughProxy)).toBe(12)
})

test('[GW2] a stranger does not escape its limit by forged headers', async () => {
  const { fetch, passed } = setup()
  let forged = 0

  const ask = () => fetch('/api/auth/register/', { method: 'POST', headers: { 'x-forwarded-for': `198.51.100.${++forged}` } })

  expect(await passed(12, ask)).toBe(10)
})

test('[GW16] rooms are limited per user, at whatever address, and the next may be made after a while', async () => {
  const { post, passed, clock } = setup({ answer: () => Response.json({}, { status: 201 }) })
  let host = 0
  const make = () => post('/api/rooms/create/', { token: 'ana', peerAddress: `198.51.100.${++host}` })

  expect(await passed(25, make)).toBe(20)
  expect((await make()).headers.get('retry-after')).toBe('180')
  expect((await post('/api/rooms/create', { token: 'ben' })).status).toBe(201)
  clock.advance(180_000)
  expect(await passed(2, make)).toBe(1)
})

test('[GW17] a room that was not made is not counted', async () => {
  const { post, passed } = setup({ answer: () => Response.json({}, { status: 422 }) })

  for (let attempt = 0; attempt < 30; attempt++) expect((await post('/api/rooms/create/', { token: 'ana' })).status).toBe(422)
  expect(await passed(20, () => post('/api/rooms/create/', { token: 'ana' }))).toBe(20)
})

test('[GW17] a room of which nobody awaits the answer is counted', async () => {
  const hangUp = ({ signal }: Request) =>
    new Promise<Response>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const { fetch, passed } = setup({ answer: hangUp })
  const make = async () => {
    const client = new AbortController()
    const headers = { authorization: 'Bearer ana' }
    const answer = fetch('/api/rooms/create/', { method: 'POST', body: '{}', headers, signal: client.signal })
    setTimeout(() => client.abort())
    return await answer
  }

  expect(await passed(25, make)).toBe(20)
  expect(await passed(5, make)).toBe(0)
})

test('[GW17] with a bad token or none, the service refuses', async () => {
  const { post, passed, asked } = setup({ answer: () => Response.json({}, { status: 401 }) })

  expect(await passed(30, () => post('/api/rooms/create/', { token: 'bad' }))).toBe(30)
  expect(await passed(30, () => post('/api/rooms/create/'))).toBe(30)
  expect(asked.length).toBe(60)
})

test('[GW16] without limits everything passes', async () => {
  const { post, passed } = setup({ config: { limits: undefined } })

  expect(await passed(100, () => post('/api/auth/register/'))).toBe(100)
})

test('[GW43] every refusal is counted by its code', async () => {
  const { post, passed, fetch, metrics } = setup()
  await passed(12, () => post('/api/auth/register/'))
  await fetch('/nowhere')
  await fetch('/', { headers: { host: 'evil.example' } })

  const counted = [...(await metrics.text()).matchAll(/^http_refusals_total\{.*code="(\w+)".*\} (\d+)$/gm)].map(([, code, count]) => [
    code,
    count,
  ])

  expect(counted.sort()).toEqual([
    ['misdirected_host', '1'],
    ['not_found', '1'],
    ['rate_limited', '2'],
  ])
})

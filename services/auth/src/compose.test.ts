import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { createMemoryBus } from '@matinee/bus/memory'
import { openNatsBus } from '@matinee/bus/nats'
import { roomsSeenSubject } from '@matinee/contracts'
import { silentLog, systemClock } from '@matinee/kernel'
import { startNats, startPostgres, tempFolder, until } from '@matinee/test/support'
import * as z from 'zod'
import { startAuth } from './app-setup'
import { composeAuth, defaultAuthConfig } from './compose'
import { openStore } from './store/open-store'

const ready = async (auth: { internalFetch(request: Request): Promise<Response> }) => {
  const response = await auth.internalFetch(new Request('http://auth/health/ready'))
  const { status, degraded } = z.object({ status: z.string(), degraded: z.array(z.string()) }).parse(await response.json())
  return [response.status, status, degraded]
}
const post = (path: string, json: unknown, token?: string) =>
  new Request(`http://auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(json),
  })
const accessTokenOf = async (response: Response) => z.object({ access_token: z.string() }).parse(await response.json()).access_token

test('[AU43] a second start on the same file knows the users, and takes the tokens of the first', async () => {
  const databaseUrl = `sqlite:${tempFolder('auth')}/auth.db`
  const first = await startAuth({ databaseUrl })
  const { access_token: token, user } = await first.register()
  await first.stop()

  const second = await startAuth({ databaseUrl })

  const me = await second.send('GET', '/api/auth/me/', { token })
  expect(await me.json()).toEqual(user)
  await second.stop()
})

test('[AU54] a bus that begins anew hears of every session and user that ended while its tokens may live', async () => {
  const databaseUrl = `sqlite:${tempFolder('auth')}/auth.db`
  const first = await startAuth({ databaseUrl })
  const [ben, eve] = [await first.guest(), await first.guest('Eve')]
  await first.status('PATCH', '/api/auth/me/', { token: eve.access_token, json: { display_name: 'Evelyn' } })
  await first.status('POST', '/api/auth/logout/', { token: ben.access_token })
  await first.status('DELETE', '/api/auth/me/', { token: eve.access_token })
  const before = [...(await first.published(4))]
  await first.stop()

  const second = await startAuth({ databaseUrl })
  const after = [...(await second.published(3))]
  await second.stop()

  const byId = (events: typeof before) => events.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  expect(byId(after)).toEqual(byId(before.filter(({ type }) => type !== 'auth.user.updated')))
  expect(after.map(({ type }) => type).toSorted()).toEqual(['auth.session.revoked', 'auth.session.revoked', 'auth.user.removed'])
})

test('[AU44] without a secret the key is in a file that only its owner can read', async () => {
  const folder = tempFolder('auth')

  const auth = await startAuth({ databaseUrl: `sqlite:${folder}/auth.db` })

  for (const file of ['auth.db', 'auth.db-wal']) expect(statSync(`${folder}/${file}`).mode & 0o777).toBe(0o600)
  await auth.stop()
})

test('[AU9] who was seen in a room has been seen', async () => {
  const { bus, clock, guest, config, stop } = await startAuth()
  const { user } = await guest()
  clock.advance(120_000)

  bus.signal(roomsSeenSubject, { node: 'a', at_ms: 0, rooms: [{ room_code: '7GQ4KX2M', viewers: 1, user_ids: [user.id] }] })

  const { db, tables } = await openStore(config.databaseUrl)
  await until(async () => {
    const rows = await db.reader.select().from(tables.users)
    return rows.some(({ id, lastSeenAtMs }) => id === user.id && lastSeenAtMs === clock.nowMs())
  })
  await db.close()
  await stop()
})

test('[AU53] auth is ready on its database, and not while it drains', async () => {
  const { auth, stop } = await startAuth()

  const before = await ready(auth)
  auth.drain()
  const draining = await ready(auth)

  expect(before).toEqual([200, 'ready', []])
  expect(draining).toEqual([503, 'not_ready', []])
  await stop()
})

test('the public face answers neither health nor metrics; the internal one answers both', async () => {
  const { auth, status, stop } = await startAuth()

  expect(await status('GET', '/metrics')).toBe(404)
  expect(await status('GET', '/health/ready')).toBe(404)
  const metrics = await auth.internalFetch(new Request('http://auth/metrics'))
  expect(await metrics.text()).toContain('service="auth"')
  expect((await auth.internalFetch(new Request('http://auth/health/live'))).status).toBe(200)
  await stop()
})

test('[AU53] a database that is away makes it unready and answers 503 with Retry-After, until it is back', async () => {
  const postgres = await startPostgres()
  const bus = createMemoryBus({ clock: systemClock, log: silentLog })
  const databaseUrl = await postgres.createDatabase('auth')
  const config = { ...defaultAuthConfig, databaseUrl, internalSecret: undefined, keyEncryptionSecret: 'a key secret of tests' }
  const auth = await composeAuth({ config, bus, log: silentLog })

  await postgres.stop()
  const away = await auth.fetch(post('/api/auth/guest/', { display_name: 'Ben' }))
  const unready = await ready(auth)
  await postgres.start()
  await until(async () => (await auth.fetch(post('/api/auth/guest/', { display_name: 'Ben' }))).status === 201)

  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
  expect(unready).toEqual([503, 'not_ready', []])
  await auth.stop()
}, 30_000)

test('[AU50] [AU53] with NATS away auth is ready but degraded, logout succeeds, and its fact follows when NATS is back', async () => {
  const nats = await startNats()
  const bus = openNatsBus({ servers: [nats.url], streams: ['AUTH'], log: silentLog })
  const databaseUrl = `sqlite:${tempFolder('auth')}/auth.db`
  const config = { ...defaultAuthConfig, databaseUrl, internalSecret: undefined, keyEncryptionSecret: undefined }
  const auth = await composeAuth({ config, bus, log: silentLog })
  const published: string[] = []
  const following = bus.follow({
    stream: 'AUTH',
    types: ['auth.session.revoked'],
    sinceMs: systemClock.nowMs() - 60_000,
    handler: async ({ type }) => void published.push(type),
  })
  await following.ready
  const token = await accessTokenOf(await auth.fetch(post('/api/auth/guest/', { display_name: 'Ben' })))

  await nats.stop()
  await until(() => !bus.connected())
  const degraded = await ready(auth)
  const logout = await auth.fetch(post('/api/auth/logout/', {}, token))
  await nats.start()

  await until(() => published.length > 0, { withinMs: 15_000 })
  expect(degraded).toEqual([200, 'ready', ['bus']])
  expect(logout.status).toBe(204)
  expect(published).toEqual(['auth.session.revoked'])
  await auth.stop()
  await bus.close()
}, 30_000)

test('[AU54] a NATS that knows nothing is told which sessions ended', async () => {
  const [empty, nats] = [await startNats(), await startNats()]
  const bus = openNatsBus({ servers: [empty.url, nats.url], streams: ['AUTH'], log: silentLog })
  const databaseUrl = `sqlite:${tempFolder('auth')}/auth.db`
  const config = { ...defaultAuthConfig, databaseUrl, internalSecret: undefined, keyEncryptionSecret: undefined }
  const auth = await composeAuth({ config, bus, log: silentLog })
  const heard: string[] = []
  const following = bus.follow({
    stream: 'AUTH',
    types: ['auth.session.revoked'],
    sinceMs: systemClock.nowMs() - 60_000,
    handler: async ({ id }) => void heard.push(id),
  })
  await following.ready
  await empty.stop()
  const token = await accessTokenOf(await auth.fetch(post('/api/auth/guest/', { display_name: 'Ben' })))
  await auth.fetch(post('/api/auth/logout/', {}, token))
  await until(() => heard.length === 1, { withinMs: 15_000 })

  await empty.start()
  await nats.stop()

  await until(() => heard.length > 1, { withinMs: 15_000 })
  expect(new Set(heard).size).toBe(1)
  await auth.stop()
  await bus.close()
}, 40_000)

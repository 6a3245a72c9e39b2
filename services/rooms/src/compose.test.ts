import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createMemoryBus } from '@matinee/bus/memory'
import { openNatsBus } from '@matinee/bus/nats'
import { createLog, createManualClock, silentLog, systemClock, systemIds } from '@matinee/kernel'
import { type PostgresServer, startNats, startPostgres, tempFolder, until } from '@matinee/test/support'
import { internalSecret, refusal, setup } from './component.fixtures'
import { composeRooms, defaultRoomsConfig } from './compose'
import { createIssuer } from './issuer.fixtures'

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

test('access tokens are judged by the keys that auth publishes', async () => {
  const { upstream, sign } = await createIssuer({ clock: systemClock, ids: systemIds })
  const config = { ...defaultRoomsConfig, databaseUrl: `sqlite:${tempFolder()}/rooms.db`, internalSecret }
  const bus = createMemoryBus({ clock: systemClock, log: silentLog })
  const rooms = await composeRooms({ config, bus, auth: upstream, log: silentLog })
  const tokenOf = (issuer: string) => sign({ userId: systemIds.uuid(), sessionId: systemIds.uuid(), name: 'Ana', isGuest: true }, issuer)
  const create = (token: string) =>
    rooms.fetch(
      new Request('http://rooms/api/rooms/create/', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{}',
      }),
    )

  expect((await create(await tokenOf('matinee'))).status).toBe(201)
  expect((await create(await tokenOf('another'))).status).toBe(401)
  await rooms.stop()
})

test('[RM80] [RM82] the database away: 503 with Retry-After, unready, nothing half-written; back: all goes on', async () => {
  const service = await setup({ config: { databaseUrl: await postgres.createDatabase('away') } })
  const ana = service.person('Ana')
  const ben = service.person('Ben')
  const { body: room } = await ana.ask('POST', '/api/rooms/create/', { is_private: true })
  await ben.ask('POST', '/api/rooms/join/', { room_code: room.room_code })
  const approve = () => ana.ask('POST', '/api/rooms/approve/', { room_id: room.room_id, user_id: ben.id })

  await postgres.stop()
  const [answer, health] = [await approve(), await service.internal.ask('GET', '/health/ready')]
  const others = [await ana.ask('POST', '/api/rooms/create/', {}), await ana.ask('GET', '/api/rooms/')]
  await postgres.start()

  expect(refusal(answer)).toEqual({ status: 503, code: 'unavailable' })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(others.map(({ status }) => status)).toEqual([503, 503])
  expect(health).toMatchObject({ status: 503, body: { checks: { database: 'failing' } } })
  await until(async () => (await approve()).status === 200)
  expect((await ben.ask('GET', `/api/rooms/${room.room_code}/participants/`)).body.participants).toHaveLength(2)
  await service.stop()
}, 30_000)

test('[RM81] [RM82] NATS away: requests succeed, the service is ready but degraded; back: every fact arrives once', async () => {
  const nats = await startNats()
  const bus = openNatsBus({ servers: [nats.url], streams: ['ROOMS', 'AUTH'], log: silentLog })
  const service = await setup({ bus, config: { databaseUrl: await postgres.createDatabase('nats') } })
  const ana = service.person('Ana')
  const { body: room } = await ana.ask('POST', '/api/rooms/create/', {})
  await service.announced(2)

  await nats.stop()
  await until(() => !bus.connected())
  const joined = await service.person('Ben').ask('POST', '/api/rooms/join/', { room_code: room.room_code })
  const health = await service.internal.ask('GET', '/health/ready')
  await nats.start()
  // The sweep looks for rows older than two seconds of this clock.
  service.clock.advance(3_000)

  expect(joined).toMatchObject({ status: 200, body: { status: 'APPROVED' } })
  expect(health).toMatchObject({ status: 200, body: { status: 'ready', degraded: ['bus'] } })
  await until(() => service.events.length >= 3, { withinMs: 20_000 })
  await ana.ask('POST', '/api/rooms/close/', { room_id: room.room_id })
  await until(() => service.events.some(({ type }) => type === 'rooms.room.closed'), { withinMs: 20_000 })
  const ids = service.events.map(({ id }) => id)
  expect(new Set(ids).size).toBe(4)
  expect(service.events.map(({ type }) => type).toSorted()).toEqual([
    'rooms.participant.approved',
    'rooms.participant.approved',
    'rooms.room.closed',
    'rooms.room.created',
  ])
  await service.stop()
  await bus.close()
  await nats.stop()
}, 60_000)

test('no password, no hash and no token reaches the log', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'debug', service: 'rooms', write: (line) => void lines.push(line), clock: createManualClock() })
  const service = await setup({ log })
  const ana = service.person('Ana')
  const { body: room } = await ana.ask('POST', '/api/rooms/create/', { is_private: true, entry_mode: 'PASSWORD' })
  const eve = service.person('Eve')
  await eve.ask('POST', '/api/rooms/join/', { room_code: room.room_code, password: 'a-wrong-guess' })
  await eve.ask('POST', '/api/rooms/join/', { room_code: room.room_code, password: room.room_password })

  await until(() => lines.filter((line) => line.includes('/api/rooms/join')).length === 2)

  for (const secret of [room.room_password, 'a-wrong-guess', 'argon2', ana.id]) expect(lines.join('')).not.toContain(secret)
  await service.stop()
})

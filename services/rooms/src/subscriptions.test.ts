import { afterEach, expect, test } from 'bun:test'
import { type AuthEvent, type AuthEventType, RoomList, roomsSeenSubject } from '@matinee/contracts'
import { until } from '@matinee/test/support'
import { refusal, type Setup, setup } from './component.fixtures'

let service: Setup
afterEach(() => service.stop())

type DataOf<Type extends AuthEventType> = Extract<AuthEvent, { type: Type }>['data']

async function house() {
  service = await setup()
  const ana = service.person('Ana')
  const { body: room } = await ana.ask('POST', '/api/rooms/create/', {})
  const ben = service.person('Ben')
  await ben.ask('POST', '/api/rooms/join/', { room_code: room.room_code })
  await service.announced(3)
  const participants = async () => (await ana.ask('GET', `/api/rooms/${room.room_code}/participants/`)).body.participants
  return { ana, ben, room, participants, show: async () => (await ben.ask('GET', `/api/rooms/${room.room_code}/`)).body }
}

/** Auth tells a fact, some time after noon. */
const tell = <Type extends AuthEventType>(type: Type, data: DataOf<Type>, afterMs = 0) =>
  service.bus.publish({
    specversion: '1.0',
    id: service.ids.uuid(),
    source: '/matinee/auth',
    type,
    time: new Date(service.clock.nowMs() + afterMs).toISOString(),
    datacontenttype: 'application/json',
    data,
  })

test('[RM70] who was seen, and how many watch', async () => {
  const { ben, room, participants } = await house()
  service.clock.advance(5_000)
  const rooms = [{ room_code: room.room_code, viewers: 2, user_ids: [ben.id] }]

  service.bus.signal(roomsSeenSubject, { nonsense: true })
  service.bus.signal(roomsSeenSubject, { node: 'one', at_ms: 0, rooms })
  service.bus.signal(roomsSeenSubject, { node: 'two', at_ms: 0, rooms })

  await until(async () => (await participants())[1].last_heartbeat_ms === service.clock.nowMs())
  expect((await participants())[0].last_heartbeat_ms).toBeNull()
  const list = RoomList.parse((await service.nobody.ask('GET', '/api/rooms/')).body)
  expect(list.rooms.map(({ viewers }) => viewers)).toEqual([4])
})

test('[RM71] a revoked session is refused, another of the same user is not', async () => {
  const { ben } = await house()
  const path = '/api/rooms/'

  await tell('auth.session.revoked', { session_id: ben.sessionId, user_id: ben.id })

  await until(async () => (await ben.ask('GET', path)).status === 401)
  expect(refusal(await ben.ask('GET', path))).toEqual({ status: 401, code: 'unauthenticated' })
  expect((await service.person('Ben').ask('GET', path)).status).toBe(200)
})

test('[RM72] a new name reaches the rows and is announced; an older one that comes later does not', async () => {
  const { ben, participants } = await house()

  await tell('auth.user.updated', { user_id: ben.id, display_name: 'Benjamin', is_guest: false }, 2_000)
  await service.announced(4)
  await tell('auth.user.updated', { user_id: ben.id, display_name: 'Benny', is_guest: true }, 1_000)
  await tell('auth.user.updated', { user_id: ben.id, display_name: 'Benedict', is_guest: false }, 3_000)
  await service.announced(5)

  const names = service.events.slice(3).map(({ data }) => ('participant' in data ? data.participant.display_name : undefined))
  expect(names).toEqual(['Benjamin', 'Benedict'])
  expect((await participants())[1].user).toEqual({ id: ben.id, display_name: 'Benedict', is_guest: false })
})

test('[RM72] a token made before the last renaming enters and makes rooms under the new name', async () => {
  const { ben, participants, room } = await house()
  const eve = service.person('Eve')
  const renamed = { user_id: eve.id, display_name: 'Evelyn', is_guest: false }

  await tell('auth.user.updated', renamed)
  await tell('auth.user.updated', { ...renamed, user_id: ben.id, display_name: 'Benno' }, 1)
  // Facts about one person and another are heard in their order: Eve's before Ben's.
  await until(async () => (await participants())[1].user.display_name === 'Benno')
  await eve.ask('POST', '/api/rooms/join/', { room_code: room.room_code })
  const { body: made } = await eve.ask('POST', '/api/rooms/create/', {})

  const people: { user: unknown }[] = await participants()
  expect(people.map(({ user }) => user)).toContainEqual({ id: eve.id, display_name: 'Evelyn', is_guest: false })
  expect(made).toMatchObject({ name: 'Evelyn’s room', host: { display_name: 'Evelyn', is_guest: false } })
})

test('[RM72] a host’s new name reaches the room', async () => {
  const { ana, show } = await house()

  await tell('auth.user.updated', { user_id: ana.id, display_name: 'Anna', is_guest: true }, 1)

  const types = await service.announced(5)
  expect(types.slice(3).toSorted()).toEqual(['participant.approved', 'room.updated'])
  expect((await show()).host.display_name).toBe('Anna')
})

test('[RM73] a removed user: rooms it hosts close, places it had are gone, its name too', async () => {
  const { ana, ben, room, show } = await house()
  const { body: other } = await ben.ask('POST', '/api/rooms/create/', {})
  await ana.ask('POST', '/api/rooms/join/', { room_code: other.room_code })
  await service.announced(6)

  await tell('auth.user.removed', { user_id: ana.id })

  const types = await service.announced(9)
  expect(types.slice(6).toSorted()).toEqual(['participant.removed', 'participant.removed', 'room.closed'])
  await until(async () => (await show()).host.display_name === 'Deleted user')
  expect((await show()).is_active).toBe(false)
  const { body } = await ben.ask('GET', `/api/rooms/${other.room_code}/participants/`)
  expect(body.participants).toHaveLength(1)
  expect(refusal(await ben.ask('POST', '/api/rooms/join/', { room_code: room.room_code }))).toEqual({ status: 409, code: 'room_closed' })
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { MembershipAnswer, NewerRows } from '@matinee/contracts'
import { refusal, type Setup, setup } from './component.fixtures'

let service: Setup
beforeAll(async () => {
  service = await setup()
})
afterAll(() => service.stop())

async function privateRoom() {
  const host = service.person('Ana')
  const { body: room } = await host.ask('POST', '/api/rooms/create/', { is_private: true })
  const ben = service.person('Ben')
  await ben.ask('POST', '/api/rooms/join/', { room_code: room.room_code })
  const deny = () => host.ask('POST', '/api/rooms/deny/', { room_id: room.room_id, user_id: ben.id })
  const about = async (userId: string, code = room.room_code) =>
    MembershipAnswer.parse((await service.internal.ask('POST', '/internal/memberships', { room_code: code, user_id: userId })).body)
  return { host, room, ben, deny, about }
}

test('[RM55] the room and one’s own row, as the announcements would tell them', async () => {
  const { room, ben, about } = await privateRoom()

  expect(await about(ben.id)).toEqual({
    room: { ...room, media_by: null, version: 1 },
    participant: {
      room_id: room.room_id,
      room_code: room.room_code,
      user_id: ben.id,
      display_name: 'Ben',
      is_guest: true,
      standing: 'PENDING',
      role: 'member',
      joined_at_ms: service.clock.nowMs(),
      version: 2,
    },
    pending: [],
    counter: 2,
  })
})

test('[RM55] those who wait are told for the host alone', async () => {
  const { host, ben, about } = await privateRoom()

  const answer = await about(host.id)

  expect(answer.participant).toMatchObject({ standing: 'APPROVED', role: 'host' })
  expect(answer.pending).toMatchObject([{ user_id: ben.id, standing: 'PENDING' }])
})

test('[RM55] tombstones are told, rows that never were are null, and so is a room that is not there', async () => {
  const { ben, deny, about } = await privateRoom()
  await deny()

  expect((await about(ben.id.toUpperCase())).participant).toMatchObject({ standing: 'DENIED', version: 3 })
  expect(await about(service.ids.uuid())).toMatchObject({ room: { version: 1 }, participant: null, pending: [] })
  expect(await about(ben.id, '00000000')).toEqual({ room: null, participant: null, pending: [], counter: 0 })
})

test('[RM56] what is newer of a room, tombstones included, and up to where that is all', async () => {
  const { room, ben, deny } = await privateRoom()
  await deny()
  const newer = async (after: number) =>
    NewerRows.parse((await service.internal.ask('POST', '/internal/rows', { rooms: [{ room_code: room.room_code, after }] })).body)

  expect(await newer(0)).toMatchObject({
    rooms: [
      { room: { room_id: room.room_id, version: 1 }, participants: [{ version: 1 }, { user_id: ben.id, standing: 'DENIED', version: 3 }] },
    ],
  })
  expect(await newer(1)).toMatchObject({
    rooms: [{ room_code: room.room_code, room: null, participants: [{ user_id: ben.id, standing: 'DENIED' }], up_to: 3 }],
    more: false,
  })
  expect(await newer(3)).toEqual({ rooms: [], more: false })
})

test('[RM56] five hundred rooms may be asked about at once, and no more', async () => {
  const rooms = (count: number) => Array.from({ length: count }, () => ({ room_code: '00000000', after: 0 }))

  expect((await service.internal.ask('POST', '/internal/rows', { rooms: rooms(500) })).status).toBe(200)
  expect(refusal(await service.internal.ask('POST', '/internal/rows', { rooms: rooms(501) }))).toMatchObject({ code: 'invalid_request' })
})

test.each([
  ['[RM55]', '/internal/memberships', { room_code: '00000000', user_id: '00000000-0000-4000-8000-000000000000' }],
  ['[RM56]', '/internal/rows', { rooms: [] }],
])('%s without the internal secret there is nothing at %s', async (_, path, query) => {
  const body = JSON.stringify(query)
  const headers = { 'content-type': 'application/json', 'x-matinee-internal-secret': 'guessed' }

  const response = await service.composed.internalFetch(new Request(`http://rooms${path}`, { method: 'POST', body, headers }))

  expect(response.status).toBe(404)
})

test('a query that is not one is refused', async () => {
  const answer = await service.internal.ask('POST', '/internal/memberships', { room_code: 'x', user_id: 'y', more: 1 })

  expect(refusal(answer)).toEqual({ status: 422, code: 'invalid_request', fields: ['room_code', 'user_id', 'more'] })
})

test('[RM82] ready while the database answers; not once it is told to drain', async () => {
  const own = await setup()
  const ready = () => own.internal.ask('GET', '/health/ready')

  expect(await ready()).toMatchObject({ status: 200, body: { status: 'ready', checks: { database: 'ok', bus: 'ok' }, degraded: [] } })
  own.composed.drain()
  expect((await ready()).status).toBe(503)
  expect((await own.internal.ask('GET', '/health/live')).status).toBe(200)
  await own.stop()
})

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { MembershipAnswer } from '@matinee/contracts'
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
    room: { ...room, version: 1 },
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
  expect(await about(ben.id, '00000000')).toEqual({ room: null, participant: null, pending: [] })
})

test('[RM55] without the internal secret there is nothing there', async () => {
  const body = JSON.stringify({ room_code: '00000000', user_id: service.ids.uuid() })
  const headers = { 'content-type': 'application/json', 'x-matinee-internal-secret': 'guessed' }

  const response = await service.composed.internalFetch(new Request('http://rooms/internal/memberships', { method: 'POST', body, headers }))

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

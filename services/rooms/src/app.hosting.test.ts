import { afterAll, beforeAll, expect, test } from 'bun:test'
import { MediaAnswer, Room, SuccessionAnswer } from '@matinee/contracts'
import { until } from '@matinee/test/support'
import { refusal, type Setup, setup } from './component.fixtures'

let service: Setup
beforeAll(async () => {
  service = await setup()
})
afterAll(() => service.stop())

/** A public room of Ana's, with Ben in it, who has an account. */
async function party() {
  const [ana, ben] = [service.person('Ana', false), service.person('Ben', false)]
  const { body } = await ana.ask('POST', '/api/rooms/create/', {})
  const room = Room.parse(body)
  await ben.ask('POST', '/api/rooms/join/', { room_code: room.room_code })
  const member = (userId: string, more: object = {}) => ({ room_id: room.room_id, user_id: userId, ...more })
  const path = `/api/rooms/${room.room_code}/`
  const succession = async (hostId: string, ...present: string[]) =>
    SuccessionAnswer.parse(
      (await service.internal.ask('POST', '/internal/succession', { room_code: room.room_code, host_id: hostId, present })).body,
    )
  const rolesIn = async () => {
    const { body } = await ana.ask('GET', `${path}participants/`)
    return Object.fromEntries(body.participants.map((one: { user: { id: string }; role: string }) => [one.user.id, one.role]))
  }
  return { ana, ben, room, member, path, succession, rolesIn }
}

test('[RM40] the host sets who controls playback, what it waits for, and its thresholds', async () => {
  const { ana, ben, path } = await party()
  const wanted = {
    control: 'moderators',
    wait_for_ready: true,
    pause_for_stalled: true,
    playback_policy: { correct_from_ms: 60 },
    successor_id: ben.id.toUpperCase(),
  }

  const { status, body } = await ana.ask('PATCH', path, wanted)

  expect(status).toBe(200)
  expect(body).toMatchObject({ ...wanted, successor_id: ben.id, owner_id: ana.id })
  expect((await ben.ask('GET', path)).body).toEqual(body)
})

test.each([
  ['control', { control: 'nobody' }, 'control'],
  ['a threshold outside of its bounds', { playback_policy: { max_rate_change: 0.9 } }, 'playback_policy.max_rate_change'],
  ['an unknown threshold', { playback_policy: { speed: 1 } }, 'playback_policy.speed'],
  ['thresholds out of order', { playback_policy: { correct_from_ms: 5 } }, 'playback_policy'],
  ['a successor that is no id', { successor_id: 'Ben' }, 'successor_id'],
])('[RM44] 422 for %s', async (_, body, field) => {
  const { ana, path } = await party()

  expect(refusal(await ana.ask('PATCH', path, body))).toEqual({ status: 422, code: 'invalid_request', fields: [field] })
})

test('[RM94] set-role: by the host, of one who is in', async () => {
  const { ana, ben, member, rolesIn } = await party()
  const stranger = service.person('Eve')
  const appoint = (by: typeof ana, userId: string, role = 'moderator') => by.ask('POST', '/api/rooms/set-role/', member(userId, { role }))

  const made = await appoint(ana, ben.id)
  const roles = await rolesIn()
  const refused = [
    await appoint(ben, ben.id),
    await appoint(ana, stranger.id),
    await appoint(ana, ana.id),
    await appoint(ana, ben.id, 'host'),
  ]

  expect([made.status, made.body, roles]).toEqual([200, { role: 'moderator' }, { [ana.id]: 'host', [ben.id]: 'moderator' }])
  expect(refused.map((answer) => refusal(answer).code)).toEqual([
    'host_only',
    'participant_not_found',
    'host_keeps_role',
    'invalid_request',
  ])
})

test('[RM95] transfer-host: the room is theirs', async () => {
  const { ana, ben, room, member, path } = await party()

  const { status, body } = await ana.ask('POST', '/api/rooms/transfer-host/', member(ben.id))

  expect(status).toBe(200)
  expect(body).toMatchObject({ host: { id: ben.id }, owner_id: ben.id })
  expect(refusal(await ana.ask('PATCH', path, { name: 'Mine' })).code).toBe('host_only')
  expect((await ana.ask('POST', '/api/rooms/leave/', { room_id: room.room_id })).status).toBe(200)
})

test('[RM90] [RM91] [RM92] succession: somebody stands in, is told of once, and gives the room back', async () => {
  const { ana, ben, room, succession, rolesIn } = await party()

  const first = await succession(ana.id, ben.id)
  const again = await succession(ana.id, ben.id)
  const roles = await rolesIn()
  const back = await succession(ben.id, ben.id, ana.id)

  expect(first.room).toMatchObject({ host: { id: ben.id }, owner_id: ana.id, version: 5 })
  expect(first.participants.map(({ user_id, role }) => [user_id, role]).sort()).toEqual(
    [
      [ana.id, 'member'],
      [ben.id, 'host'],
    ].sort(),
  )
  expect(again).toEqual(first)
  expect(roles).toEqual({ [ana.id]: 'member', [ben.id]: 'host' })
  expect(back.room).toMatchObject({ host: { id: ana.id }, version: 8 })
  const ofHosts = () => service.events.flatMap(({ type, data }) => (type === 'rooms.host.changed' && 'room' in data ? [data.room] : []))
  await until(() => ofHosts().filter(({ room_id }) => room_id === room.room_id).length === 2)
})

test('[RM93] who stands in does not close the room', async () => {
  const { ana, ben, room, succession } = await party()
  await succession(ana.id, ben.id)

  expect(refusal(await ben.ask('POST', '/api/rooms/close/', { room_id: room.room_id })).code).toBe('owner_only')
  expect((await ana.ask('POST', '/api/rooms/close/', { room_id: room.room_id })).status).toBe(200)
})

test('[RM90] of a room that does not exist, succession answers that', async () => {
  const question = { room_code: '00000000', host_id: service.ids.uuid(), present: [] }

  expect((await service.internal.ask('POST', '/internal/succession', question)).body).toEqual({ room: null, participants: [] })
  expect(refusal(await service.nobody.ask('POST', '/internal/succession', question)).status).toBe(404)
})

test('[RM45] a medium that the live room chooses comes back with its command', async () => {
  const { ana, ben, room } = await party()
  const choose = (video_url: string, command_id = 'c-1') =>
    service.internal.ask('POST', '/internal/media', { room_code: room.room_code, user_id: ben.id, command_id, video_url })

  const chosen = MediaAnswer.parse((await choose('https://youtu.be/dQw4w9WgXcQ')).body)
  const again = MediaAnswer.parse((await choose('https://youtu.be/dQw4w9WgXcQ')).body)
  const refused = refusal(await choose('https://example.org/page', 'c-2'))
  await ana.ask('POST', '/api/rooms/close/', { room_id: room.room_id })

  expect(chosen.room).toMatchObject({ media: { id: 'dQw4w9WgXcQ' }, media_by: { user_id: ben.id, command_id: 'c-1' }, version: 3 })
  expect(again).toEqual(chosen)
  expect(refused.code).toBe('unsupported_video')
  expect(refusal(await choose('https://youtu.be/aqz-KE-bpKQ', 'c-3')).code).toBe('room_closed')
})

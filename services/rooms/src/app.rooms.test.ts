import { afterAll, beforeAll, expect, test } from 'bun:test'
import { CreatedRoom, endpoints, ParticipantList, Room, RoomList } from '@matinee/contracts'
import { refusal, type Setup, setup } from './component.fixtures'
import { noonMs } from './domain/domain.fixtures'

let service: Setup
beforeAll(async () => {
  service = await setup()
})
afterAll(() => service.stop())

const video = 'https://youtu.be/dQw4w9WgXcQ'

async function roomOf(name: string, wanted: object = {}) {
  const host = service.person(name)
  const { body } = await host.ask('POST', '/api/rooms/create/', wanted)
  return { host, room: CreatedRoom.parse(body) }
}

test('[RM1] [RM2] [RM5] a room made with nothing said is public, open, and called after its host', async () => {
  const ana = service.person('Ana')

  const { status, body } = await ana.ask('POST', '/api/rooms/create/', {})

  expect(status).toBe(201)
  expect(body).toEqual({
    room_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    room_code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/),
    name: 'Ana’s room',
    is_private: false,
    entry_mode: null,
    host: { id: ana.id, display_name: 'Ana', is_guest: true },
    owner_id: ana.id,
    media: null,
    is_chat_enabled: true,
    control: 'host',
    wait_for_ready: false,
    pause_for_stalled: false,
    successor_id: null,
    playback_policy: {},
    is_active: true,
    created_at_ms: noonMs,
  })
})

test('[RM4] a password room shows its password once, and only then', async () => {
  const { host, room } = await roomOf('Ana', { is_private: true, entry_mode: 'PASSWORD', name: 'Film night', video_url: video })

  expect(room.room_password).toMatch(/^[0-9A-Z]{8}$/)
  const { body } = await host.ask('GET', `/api/rooms/${room.room_code}/`)
  expect(body).toEqual(Room.parse(room))
  expect(body.media).toEqual({ provider: 'youtube', id: 'dQw4w9WgXcQ', url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ' })
})

test('[RM41] a video may be given by provider and id; one that no provider knows is refused and no room made', async () => {
  const { room } = await roomOf('Ana', { video_provider: 'vimeo', video_id: '76979871' })
  const ben = service.person('Ben')
  const before = service.events.length

  expect(room.media?.url).toBe('https://vimeo.com/76979871')
  for (const [wanted, field] of [
    [{ video_url: 'https://example.com/page' }, 'video_url'],
    [{ video_url: 'https://ana:pass@example.com/film.mp4' }, 'video_url'],
    [{ video_provider: 'nosuch', video_id: 'x' }, 'video_id'],
  ] as const) {
    expect(refusal(await ben.ask('POST', '/api/rooms/create/', wanted))).toEqual({
      status: 422,
      code: 'unsupported_video',
      fields: [field],
    })
  }
  await roomOf('Dan')
  await service.announced(before + 2)
  expect(JSON.stringify(service.events)).not.toContain(ben.id)
})

test('[RM51] a public room is shown to anybody who is signed in, by its code in any case', async () => {
  const { room } = await roomOf('Ana')
  const ben = service.person('Ben')

  const { status, body } = await ben.ask('GET', `/api/rooms/${room.room_code.toLowerCase()}`)

  expect(status).toBe(200)
  expect(body).toEqual(Room.parse(room))
})

test.each(['00000000', 'nope', 'create', '%00', 'a'.repeat(100)])('404 room_not_found for the code %s', async (code) => {
  const ben = service.person('Ben')

  expect(refusal(await ben.ask('GET', `/api/rooms/${code}/`))).toEqual({ status: 404, code: 'room_not_found' })
  expect(refusal(await ben.ask('GET', `/api/rooms/${code}/participants/`))).toEqual({ status: 404, code: 'room_not_found' })
  expect(refusal(await ben.ask('PATCH', `/api/rooms/${code}/`, { name: 'x' }))).toEqual({ status: 404, code: 'room_not_found' })
})

test('[RM40] the host changes name, chat and medium; the whole room is answered and announced', async () => {
  const { host, room } = await roomOf('Ana')
  const before = service.events.length

  const { status, body } = await host.ask('PATCH', `/api/rooms/${room.room_code}/`, {
    name: ' Later ',
    is_chat_enabled: false,
    video_url: video,
  })

  expect(status).toBe(200)
  expect(Room.parse(body)).toMatchObject({ name: 'Later', is_chat_enabled: false, media: { provider: 'youtube' } })
  await service.announced(before + 1)
  expect(service.events.at(-1)).toMatchObject({ type: 'rooms.room.updated', data: { room: { ...body, version: 2 } } })
})

test('[RM40] a change that leaves everything as it is is answered, and announced to nobody', async () => {
  const { host, room } = await roomOf('Ana', { video_url: video })
  await service.announced(service.events.length)

  const same = await host.ask('PATCH', `/api/rooms/${room.room_code}/`, {
    name: room.name,
    video_provider: 'youtube',
    video_id: 'dQw4w9WgXcQ',
  })

  expect(same.body).toEqual(Room.parse(room))
  await host.ask('POST', '/api/rooms/close/', { room_id: room.room_id })
  const about = await untilClosed(room.room_id)
  expect(about).toEqual(['rooms.room.created', 'rooms.participant.approved', 'rooms.room.closed'])
})

test('[RM20] [RM24] settings: not by another, not in a closed room, not with an unknown video', async () => {
  const { host, room } = await roomOf('Ana')
  const ben = service.person('Ben')
  const path = `/api/rooms/${room.room_code}/`

  expect(refusal(await ben.ask('PATCH', path, { name: 'Mine' }))).toEqual({ status: 403, code: 'host_only' })
  expect(refusal(await host.ask('PATCH', path, { video_url: 'https://example.com/' }))).toMatchObject({
    status: 422,
    code: 'unsupported_video',
  })
  await host.ask('POST', '/api/rooms/close/', { room_id: room.room_id })
  expect(refusal(await host.ask('PATCH', path, { name: 'Late' }))).toEqual({ status: 409, code: 'room_closed' })
  expect((await host.ask('GET', path)).body.name).toBe(room.name)
})

test('[RM32] closing, again and by another', async () => {
  const { host, room } = await roomOf('Ana')
  const ben = service.person('Ben')
  const close = { room_id: room.room_id.toUpperCase() }

  expect(refusal(await ben.ask('POST', '/api/rooms/close/', close))).toEqual({ status: 403, code: 'host_only' })
  expect(await host.ask('POST', '/api/rooms/close/', close)).toMatchObject({ status: 200, body: { status: 'CLOSED' } })
  expect(await host.ask('POST', '/api/rooms/close', close)).toMatchObject({ status: 200, body: { status: 'CLOSED' } })
  expect((await ben.ask('GET', `/api/rooms/${room.room_code}/`)).body.is_active).toBe(false)
  expect(refusal(await host.ask('POST', '/api/rooms/close/', { room_id: service.ids.uuid() }))).toEqual({
    status: 404,
    code: 'room_not_found',
  })
})

test('[RM52] the list: public, open rooms, newest first, page by page, to anybody', async () => {
  const own = await setup()
  const ana = own.person('Ana')
  const make = async (wanted: object) => {
    own.clock.advance(1)
    return (await ana.ask('POST', '/api/rooms/create/', wanted)).body.room_code as string
  }
  const codes = [await make({ name: 'One' }), await make({ name: 'Two' }), await make({ name: 'Three' })]
  await make({ name: 'Hidden', is_private: true })

  const first = RoomList.parse((await own.nobody.ask('GET', '/api/rooms/?limit=2')).body)
  await make({ name: 'Made meanwhile' })
  const rest = RoomList.parse((await own.nobody.ask('GET', `/api/rooms?limit=2&cursor=${first.next_cursor}`)).body)
  const named = RoomList.parse((await own.nobody.ask('GET', '/api/rooms/?query=tWO')).body)

  expect([...first.rooms, ...rest.rooms].map((room) => room.room_code)).toEqual(codes.toReversed())
  expect(first.rooms[0]?.viewers).toBe(0)
  expect(rest.next_cursor).toBeNull()
  expect(named.rooms.map((room) => room.name)).toEqual(['Two'])
  await own.stop()
})

test('[RM52] the list: a token that is given must be valid', async () => {
  const { nobody } = service

  expect((await nobody.ask('GET', '/api/rooms/')).status).toBe(200)
  expect(refusal(await nobody.ask('GET', '/api/rooms/', undefined, { authorization: 'Bearer stale' }))).toEqual({
    status: 401,
    code: 'unauthenticated',
  })
})

test('[RM53] participants: the host first, then by arrival', async () => {
  const { host, room } = await roomOf('Ana')
  const ben = service.person('Ben')
  service.clock.advance(1)
  await ben.ask('POST', '/api/rooms/join/', { room_code: room.room_code })

  const { body } = await service.person('Eve').ask('GET', `/api/rooms/${room.room_code}/participants/`)

  expect(ParticipantList.parse(body).participants.map(({ user, role, status }) => [user.id, role, status])).toEqual([
    [host.id, 'host', 'APPROVED'],
    [ben.id, 'member', 'APPROVED'],
  ])
})

test.each(endpoints.filter(({ tag }) => tag === 'rooms').map((endpoint) => [endpoint.method, endpoint.path, endpoint] as const))(
  '%s %s is served, with and without the last slash, and to strangers only where the contract says so',
  async (method, path, { authenticated, body }) => {
    const real = path.replace('{room_code}', '00000000')

    for (const form of [real, real.replace(/\/$/, '')]) {
      const { status, body: answer } = await service.nobody.ask(method, form, body && {})

      if (authenticated) expect([status, answer.code]).toEqual([401, 'unauthenticated'])
      else expect(status).toBe(200)
    }
  },
)

async function untilClosed(roomId: string): Promise<string[]> {
  const about = () => service.events.filter((event) => JSON.stringify(event.data).includes(roomId)).map(({ type }) => type as string)
  for (let count = service.events.length; !about().includes('rooms.room.closed'); count++) await service.announced(count + 1)
  return about()
}

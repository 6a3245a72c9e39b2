import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ParticipantList } from '@matinee/contracts'
import { refusal, type Setup, setup } from './component.fixtures'

let service: Setup
beforeAll(async () => {
  service = await setup()
})
afterAll(() => service.stop())

async function privateRoom() {
  const host = service.person('Ana')
  const { body: room } = await host.ask('POST', '/api/rooms/create/', { is_private: true })
  const waiting = async (name: string) => {
    const person = service.person(name)
    await person.ask('POST', '/api/rooms/join/', { room_code: room.room_code })
    return person
  }
  const rule = (verb: string, userId: string) => host.ask('POST', `/api/rooms/${verb}/`, { room_id: room.room_id, user_id: userId })
  return { host, room, waiting, rule }
}
type PrivateRoom = Awaited<ReturnType<typeof privateRoom>>

/** People without a live row, each by how they came to have none. */
const outsiders: Record<string, (room: PrivateRoom) => Promise<ReturnType<Setup['person']>>> = {
  'a stranger': async () => service.person('Eve'),
  'one who was denied': async ({ waiting, rule }) => {
    const eve = await waiting('Eve')
    await rule('deny', eve.id)
    return eve
  },
  'one who left': async ({ waiting, rule, room }) => {
    const eve = await waiting('Eve')
    await rule('approve', eve.id)
    await eve.ask('POST', '/api/rooms/leave/', { room_id: room.room_id })
    return eve
  },
}

describe.each(Object.keys(outsiders))('[RM50] to %s a private room', (kind) => {
  test('is, everywhere but at join, exactly as a room that does not exist', async () => {
    const there = await privateRoom()
    const outsider = await outsiders[kind]?.(there)
    const nowhere = { room_code: '00000000', room_id: service.ids.uuid() }
    const asAll = async ({ room_code: code, room_id: id }: typeof nowhere) => {
      const member = { room_id: id, user_id: there.host.id }
      const answers = [
        await outsider?.ask('GET', `/api/rooms/${code}/`),
        await outsider?.ask('GET', `/api/rooms/${code}/participants/`),
        await outsider?.ask('PATCH', `/api/rooms/${code}/`, { name: 'Mine' }),
        await outsider?.ask('POST', '/api/rooms/approve/', member),
        await outsider?.ask('POST', '/api/rooms/deny/', member),
        await outsider?.ask('POST', '/api/rooms/leave/', { room_id: id }),
        await outsider?.ask('POST', '/api/rooms/close/', { room_id: id }),
      ]
      return answers.map((answer) => [answer?.status, { ...answer?.body, request_id: undefined }])
    }

    const real = await asAll(there.room)

    expect(real).toEqual(await asAll(nowhere))
    expect(real.map(([status]) => status)).toEqual(Array(7).fill(404))
    expect((await there.host.ask('GET', `/api/rooms/${there.room.room_code}/`)).body).toEqual(there.room)
  })
})

test('[RM50] the list tells nothing of a private room', async () => {
  const { room } = await privateRoom()

  const { body } = await service.nobody.ask('GET', '/api/rooms/?limit=100')

  expect(JSON.stringify(body)).not.toContain(room.room_code)
})

test('[RM54] one who waits sees the room, but not who is in it', async () => {
  const { room, waiting } = await privateRoom()
  const ben = await waiting('Ben')

  expect((await ben.ask('GET', `/api/rooms/${room.room_code}/`)).body).toEqual(room)
  expect(refusal(await ben.ask('GET', `/api/rooms/${room.room_code}/participants/`))).toEqual({ status: 403, code: 'not_approved' })
  expect(refusal(await ben.ask('PATCH', `/api/rooms/${room.room_code}/`, { name: 'Mine' }))).toEqual({ status: 403, code: 'host_only' })
})

test('[RM53] those who wait are shown to the host, and to no other member', async () => {
  const { host, room, waiting, rule } = await privateRoom()
  const [ben, dan] = [await waiting('Ben'), await waiting('Dan')]
  await rule('approve', ben.id)
  const shown = async ({ ask }: typeof host) =>
    ParticipantList.parse((await ask('GET', `/api/rooms/${room.room_code}/participants/`)).body).participants.map(({ user, status }) => [
      user.id,
      status,
    ])

  expect(await shown(host)).toEqual([
    [host.id, 'APPROVED'],
    ...[
      [ben.id, 'APPROVED'],
      [dan.id, 'PENDING'],
    ].toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  ])
  expect(await shown(ben)).toEqual([
    [host.id, 'APPROVED'],
    [ben.id, 'APPROVED'],
  ])
})

test('[RM30] one who waits may take the request back', async () => {
  const { host, room, waiting } = await privateRoom()
  const ben = await waiting('Ben')

  expect(await ben.ask('POST', '/api/rooms/leave/', { room_id: room.room_id })).toMatchObject({ status: 200, body: { status: 'LEFT' } })
  const { body } = await host.ask('GET', `/api/rooms/${room.room_code}/participants/`)
  expect(body.participants).toHaveLength(1)
})

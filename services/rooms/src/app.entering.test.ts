import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Joined } from '@matinee/contracts'
import { refusal, type Setup, setup } from './component.fixtures'

let service: Setup
beforeAll(async () => {
  service = await setup()
})
afterAll(() => service.stop())

async function roomOf(wanted: object) {
  const host = service.person('Ana')
  const { body: room } = await host.ask('POST', '/api/rooms/create/', wanted)
  const ruling = (verb: string, userId: string) => host.ask('POST', `/api/rooms/${verb}/`, { room_id: room.room_id, user_id: userId })
  return {
    host,
    room,
    approve: (userId: string) => ruling('approve', userId),
    deny: (userId: string) => ruling('deny', userId),
    /** What was announced of this room, once it is at least `count` facts. */
    announced: async (count: number) => {
      const about = () =>
        service.events.filter(({ data }) => JSON.stringify(data).includes(room.room_id)).map(({ type }) => type.replace('rooms.', ''))
      for (let all = service.events.length; about().length < count; all++) await service.announced(all + 1)
      return about()
    },
  }
}

function visitor(name: string, room: { room_code: string; room_id: string }) {
  const person = service.person(name)
  return {
    ...person,
    join: (password?: string) =>
      person.ask('POST', '/api/rooms/join/', { room_code: room.room_code, ...(password === undefined ? {} : { password }) }),
    leave: () => person.ask('POST', '/api/rooms/leave/', { room_id: room.room_id }),
  }
}

test('[RM10] [RM13] joining a public room, twice, is announced once', async () => {
  const { room, announced } = await roomOf({})
  const ben = visitor('Ben', room)

  const first = await ben.join()
  const again = await ben.join()

  expect(first.status).toBe(200)
  expect(Joined.parse(first.body)).toEqual({ room_id: room.room_id, room_code: room.room_code, status: 'APPROVED', is_host: false })
  expect(again.body).toEqual(first.body)
  await visitor('Eve', room).join()
  expect(await announced(4)).toEqual(['room.created', 'participant.approved', 'participant.approved', 'participant.approved'])
})

test('[RM13] the host who joins is told to be the host', async () => {
  const { host, room } = await roomOf({ is_private: true, entry_mode: 'PASSWORD' })

  const { body } = await host.ask('POST', '/api/rooms/join/', { room_code: room.room_code })

  expect(body).toMatchObject({ status: 'APPROVED', is_host: true })
})

test('[RM11] [RM21] a private room: wait, be approved, approved again', async () => {
  const { room, approve, announced } = await roomOf({ is_private: true })
  const ben = visitor('Ben', room)

  expect((await ben.join()).body).toMatchObject({ status: 'PENDING', is_host: false })
  expect(await approve(ben.id)).toMatchObject({ status: 200, body: { status: 'APPROVED' } })
  expect(await approve(ben.id.toUpperCase())).toMatchObject({ status: 200, body: { status: 'APPROVED' } })
  expect((await ben.join()).body).toMatchObject({ status: 'APPROVED' })

  await ben.leave()
  expect(await announced(5)).toEqual([
    'room.created',
    'participant.approved',
    'participant.pending',
    'participant.approved',
    'participant.removed',
  ])
})

test('[RM7] the approval that is announced carries the whole row and its version', async () => {
  const { room, approve, announced } = await roomOf({ is_private: true })
  const ben = visitor('Ben', room)
  await ben.join()

  await approve(ben.id)

  await announced(4)
  const [event] = service.events.filter(({ type, data }) => type === 'rooms.participant.approved' && JSON.stringify(data).includes(ben.id))
  expect(event).toMatchObject({
    source: '/matinee/rooms',
    data: {
      participant: {
        room_id: room.room_id,
        room_code: room.room_code,
        user_id: ben.id,
        display_name: 'Ben',
        is_guest: true,
        standing: 'APPROVED',
        role: 'member',
        joined_at_ms: service.clock.nowMs(),
        version: 3,
      },
    },
  })
})

test('[RM14] [RM22] denied: for ten minutes no, then one may ask again', async () => {
  const { room, approve, deny } = await roomOf({ is_private: true })
  const ben = visitor('Ben', room)
  await ben.join()

  expect(await deny(ben.id)).toMatchObject({ status: 200, body: { status: 'DENIED' } })
  expect(await deny(ben.id)).toMatchObject({ status: 200, body: { status: 'DENIED' } })
  expect(refusal(await approve(ben.id))).toEqual({ status: 404, code: 'participant_not_found' })
  service.clock.advance(9 * 60_000)
  const early = await ben.join()
  expect(refusal(early)).toEqual({ status: 403, code: 'denied' })
  expect(early.headers.get('retry-after')).toBe('60')
  service.clock.advance(60_000)
  expect((await ben.join()).body).toMatchObject({ status: 'PENDING' })
})

test('[RM12] a password room: without, wrong, right', async () => {
  const { room } = await roomOf({ is_private: true, entry_mode: 'PASSWORD' })
  const ben = visitor('Ben', room)

  for (const password of [undefined, '', 'WRONG', room.room_password.toLowerCase().concat('x')]) {
    expect(refusal(await ben.join(password))).toEqual({ status: 403, code: 'wrong_password' })
  }
  expect((await ben.join(room.room_password)).body).toMatchObject({ status: 'APPROVED' })
  expect((await ben.join()).body).toMatchObject({ status: 'APPROVED' })
})

test('[RM15] a closed room is refused, with the right password and with none', async () => {
  const { host, room } = await roomOf({ is_private: true, entry_mode: 'PASSWORD' })
  await host.ask('POST', '/api/rooms/close/', { room_id: room.room_id })
  const ben = visitor('Ben', room)

  for (const password of [room.room_password, undefined])
    expect(refusal(await ben.join(password))).toEqual({ status: 409, code: 'room_closed' })
})

test('[RM16] a hundred wait, the next is sent away', async () => {
  const { room, deny } = await roomOf({ is_private: true })
  const waiting = Array.from({ length: 100 }, (_, i) => visitor(`Guest ${i}`, room))
  for (const guest of waiting) await guest.join()
  const ben = visitor('Ben', room)

  expect(refusal(await ben.join())).toEqual({ status: 409, code: 'too_many_waiting' })
  await deny(waiting[0]?.id ?? '')
  expect((await ben.join()).body).toMatchObject({ status: 'PENDING' })
})

test('[RM30] [RM31] leaving: a member, again, the host', async () => {
  const { host, room, announced } = await roomOf({})
  const ben = visitor('Ben', room)
  await ben.join()

  expect(await ben.leave()).toMatchObject({ status: 200, body: { status: 'LEFT' } })
  expect(await ben.leave()).toMatchObject({ status: 200, body: { status: 'LEFT' } })
  expect(refusal(await host.ask('POST', '/api/rooms/leave/', { room_id: room.room_id }))).toEqual({
    status: 409,
    code: 'host_cannot_leave',
  })
  expect((await ben.join()).body).toMatchObject({ status: 'APPROVED' })
  expect(await announced(5)).toEqual([
    'room.created',
    'participant.approved',
    'participant.approved',
    'participant.removed',
    'participant.approved',
  ])
})

test('[RM21] [RM22] deciding about one who never asked', async () => {
  const { approve, deny } = await roomOf({ is_private: true })
  const stranger = service.person('Eve').id

  for (const rule of [approve, deny]) expect(refusal(await rule(stranger))).toEqual({ status: 404, code: 'participant_not_found' })
})

test('[RM22] one who is in is not denied', async () => {
  const { room, approve, deny } = await roomOf({ is_private: true })
  const ben = visitor('Ben', room)
  await ben.join()
  await approve(ben.id)

  expect(refusal(await deny(ben.id))).toEqual({ status: 404, code: 'participant_not_found' })
  expect((await ben.join()).body).toMatchObject({ status: 'APPROVED' })
})

test('[RM20] [RM24] deciding as another, and in a closed room', async () => {
  const { host, room, approve, deny } = await roomOf({ is_private: true })
  const [ben, dan] = [visitor('Ben', room), visitor('Dan', room)]
  for (const guest of [ben, dan]) await guest.join()
  await approve(ben.id)
  const body = { room_id: room.room_id, user_id: dan.id }

  for (const verb of ['approve', 'deny']) {
    expect(refusal(await ben.ask('POST', `/api/rooms/${verb}/`, body))).toEqual({ status: 403, code: 'host_only' })
    // One who waits cannot let itself in.
    expect(refusal(await dan.ask('POST', `/api/rooms/${verb}/`, body))).toEqual({ status: 403, code: 'host_only' })
  }
  await host.ask('POST', '/api/rooms/close/', { room_id: room.room_id })
  for (const rule of [approve, deny]) expect(refusal(await rule(dan.id))).toEqual({ status: 409, code: 'room_closed' })
})

import {
  CreateRoomBody,
  JoinRoomBody,
  ListRoomsQuery,
  ParticipantBody,
  RoomBody,
  RoomCode,
  SetRoleBody,
  UpdateRoomBody,
} from '@matinee/contracts'
import type { Identity, IdentityOptions } from '@matinee/http'
import { identity } from '@matinee/http'
import { Refusal } from '@matinee/kernel'
import { Elysia } from 'elysia'
import type { Person } from './domain/room'
import type { Enter } from './entering'
import type { Rooms } from './rooms'

export interface RoutesDeps extends IdentityOptions {
  readonly rooms: Rooms
  readonly enter: Enter
  readonly clientAddress: (request: Request) => string
}

/** What people ask of rooms over HTTP: `endpoints` in the contracts says the rest. */
export const routes = ({ rooms, enter, clientAddress, ...identities }: RoutesDeps) =>
  new Elysia({ name: 'rooms.routes' })
    .use(identity(identities))
    .get('/api/rooms/', ({ query }) => rooms.list(query), { query: ListRoomsQuery })
    .guard({ requireIdentity: true }, (app) =>
      app
        .post(
          '/api/rooms/create/',
          async ({ identity, body, set }) => {
            set.status = 201
            return await rooms.create(personOf(identity), body)
          },
          { body: CreateRoomBody },
        )
        .post(
          '/api/rooms/join/',
          ({ identity, body, request }) =>
            enter(personOf(identity), { code: body.room_code, password: body.password, address: clientAddress(request) }),
          { body: JoinRoomBody },
        )
        .post(
          '/api/rooms/approve/',
          async ({ identity, body }) => {
            await rooms.approve(rulingOf(identity, body))
            return { status: 'APPROVED' }
          },
          { body: ParticipantBody },
        )
        .post(
          '/api/rooms/deny/',
          async ({ identity, body }) => {
            await rooms.deny(rulingOf(identity, body))
            return { status: 'DENIED' }
          },
          { body: ParticipantBody },
        )
        .post(
          '/api/rooms/set-role/',
          async ({ identity, body }) => {
            await rooms.setRole(rulingOf(identity, body), body.role)
            return { role: body.role }
          },
          { body: SetRoleBody },
        )
        .post('/api/rooms/transfer-host/', ({ identity, body }) => rooms.transfer(rulingOf(identity, body)), { body: ParticipantBody })
        .post(
          '/api/rooms/leave/',
          async ({ identity, body }) => {
            await rooms.leave(identity.userId, stored(body.room_id))
            return { status: 'LEFT' }
          },
          { body: RoomBody },
        )
        .post(
          '/api/rooms/close/',
          async ({ identity, body }) => {
            await rooms.close(identity.userId, stored(body.room_id))
            return { status: 'CLOSED' }
          },
          { body: RoomBody },
        )
        .get('/api/rooms/:room_code/', ({ identity, params }) => rooms.show(identity.userId, codeOf(params)))
        .patch('/api/rooms/:room_code/', ({ identity, params, body }) => rooms.update(identity.userId, codeOf(params), body), {
          body: UpdateRoomBody,
        })
        .get('/api/rooms/:room_code/participants/', ({ identity, params }) => rooms.participants(identity.userId, codeOf(params))),
    )

const personOf = ({ userId, name, isGuest }: Identity): Person => ({ userId, displayName: name, isGuest })

const rulingOf = ({ userId }: Identity, body: { readonly room_id: string; readonly user_id: string }) => ({
  hostId: userId,
  roomId: stored(body.room_id),
  userId: stored(body.user_id),
})

/** A UUID may be written in capitals; ours are stored in small letters. */
const stored = (id: string): string => id.toLowerCase()

/** A path that holds no room code is the path of a room that does not exist. */
function codeOf({ room_code: typed }: { readonly room_code: string }): string {
  const code = RoomCode.safeParse(typed)
  if (!code.success) throw new Refusal('room_not_found')
  return code.data
}

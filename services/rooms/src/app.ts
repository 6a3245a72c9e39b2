import { MediaQuery, MembershipQuery, NewerRowsQuery, SuccessionQuery } from '@matinee/contracts'
import { type AppOptions, type Check, clientAddress, createApp, createInternalApp, type IdentityOptions } from '@matinee/http'
import packageJson from '../package.json'
import type { Enter } from './entering'
import { routes } from './http'
import type { Live } from './live'
import type { Memberships } from './memberships'
import type { AskNewerRows } from './newer-rows'
import type { Rooms } from './rooms'

export interface AppDeps extends Omit<AppOptions, 'name'>, IdentityOptions {
  readonly rooms: Rooms
  readonly enter: Enter
}

/** The public face. It opens nothing, so tests drive it with `app.handle`. */
export const createRoomsApp = ({ rooms, enter, verifier, isRevoked, ...options }: AppDeps) =>
  createApp({ ...options, name: 'rooms' }).use(
    routes({ rooms, enter, verifier, isRevoked, clientAddress: (request) => clientAddress(request, options.internalSecret) }),
  )

export interface InternalDeps extends Omit<AppOptions, 'name'> {
  readonly memberships: Memberships
  readonly newerRows: AskNewerRows
  readonly live: Live
  readonly checks: readonly Check[]
  readonly draining?: () => boolean
}

/** The internal face: health, metrics, who is in which room, and what the live room asks for, for those who know the internal secret. */
export const createRoomsInternalApp = ({ memberships, newerRows, live, ...options }: InternalDeps) =>
  createInternalApp({ ...options, service: 'rooms', version: packageJson.version })
    .post('/internal/memberships', ({ body }) => memberships({ room_code: body.room_code, user_id: body.user_id.toLowerCase() }), {
      body: MembershipQuery,
    })
    .post('/internal/rows', ({ body }) => newerRows(body), { body: NewerRowsQuery })
    .post('/internal/succession', ({ body }) => live.succession(body), { body: SuccessionQuery })
    .post('/internal/media', ({ body }) => live.media(body), { body: MediaQuery })

import { type Auth, createAuth } from './http/auth'
import { type Call, type Caller, createCaller, type Fetch } from './http/caller'
import { createRooms, type Rooms } from './http/rooms'
import { createSessionKeeper, type KeyValueStorage } from './http/session'
import { MatineeError } from './matinee-error'
import type { KeptRoom, RoomConnection } from './room'
import { openRoom } from './room-connection'
import type { WebSocketClass } from './socket'

export interface MatineeOptions {
  /** Where Matinee is: `https://matinee.example`. In a page the default is the page's own origin. */
  readonly baseUrl?: string
  /** Where the session is kept between visits, such as `localStorage`. Without it the session lasts as long as this object. */
  readonly storage?: KeyValueStorage
  /** Default `matinee.session`. */
  readonly storageKey?: string
  readonly fetch?: Fetch
  readonly WebSocket?: WebSocketClass
}

export interface EnterOptions {
  /** Wait, in status `lobby`, until the host lets you in. Default true; otherwise one who waits is sent away with `not_approved`. */
  readonly lobby?: boolean
  /** What `kept()` gave on an earlier visit: what was missed since then is all that comes. */
  readonly kept?: KeptRoom | undefined
}

export interface Matinee {
  readonly auth: Auth
  readonly rooms: Rooms
  /** Connects to a room that one has joined or asked to enter, and stays connected until it is closed. */
  enter(roomCode: string, options?: EnterOptions): RoomConnection
}

/** A client of one Matinee server, for one user at a time. It opens nothing before it is asked to. */
export function createMatinee(options: MatineeOptions = {}): Matinee {
  const baseUrl = (options.baseUrl ?? page.location?.origin ?? '').replace(/\/+$/, '')
  const call = createCaller(baseUrl, options.fetch ?? ((url, init) => fetch(url, init)))
  const { storage, storageKey = 'matinee.session' } = options
  const session = createSessionKeeper({ call, storage, storageKey, nowMs: () => Date.now(), alone: aloneBy(storageKey) })

  // Other tabs' changes, and no others, are told of so.
  if (storage) page.addEventListener?.('storage', session.takeOver)

  const callSigned: Caller = async <Answer>(wanted: Call) => {
    try {
      return await call<Answer>({ ...wanted, token: await session.token() })
    } catch (error) {
      // This machine's clock may be wrong about the token's age, or the token revoked: a fresh one tells.
      if (!(error instanceof MatineeError) || error.code !== 'unauthenticated') throw error
      return call<Answer>({ ...wanted, token: await session.freshToken() })
    }
  }

  // Unlike every other client of the same user, for as long as a command id is remembered.
  const device = deviceId()
  let commands = 0

  return {
    auth: createAuth(call, callSigned, session),
    rooms: createRooms(call, callSigned),
    enter: (roomCode, { lobby = true, kept } = {}) =>
      openRoom({
        url: `${baseUrl.replace(/^http/, 'ws')}/ws/room/${encodeURIComponent(roomCode)}/`,
        lobby,
        kept,
        // The platform's own has more than is needed, under types that differ from platform to platform.
        WebSocket: options.WebSocket ?? (globalThis.WebSocket as unknown as WebSocketClass),
        token: (fresh) => (fresh ? session.freshToken() : session.token()),
        nowMs: () => performance.now(),
        chance: () => Math.random(),
        newId: () => `${device}.${++commands}`,
        onOnline: (listener) => {
          page.addEventListener?.('online', listener)
          return () => page.removeEventListener?.('online', listener)
        },
      }),
  }
}

/** 64 bits by chance. `randomUUID` is only there on https and on this machine; a page may be opened over http at home. */
function deviceId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(16).padStart(8, '0')).join('-')
}

// The types of platforms without a page know none of it.
const page = globalThis as {
  readonly location?: { readonly origin: string }
  readonly navigator?: { readonly locks?: Locks }
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
}

interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>
}

/** Tabs that share a storage refresh one after the other, where the browser has locks. */
function aloneBy(name: string): <T>(work: () => Promise<T>) => Promise<T> {
  const { locks } = page.navigator ?? {}
  return (work) => (locks ? locks.request(name, work) : work())
}

import { type Auth, createAuth } from './http/auth'
import { type Call, type Caller, createCaller, type Fetch } from './http/caller'
import { createRooms, type Rooms } from './http/rooms'
import { createSessionKeeper, type KeyValueStorage } from './http/session'
import { MatineeError } from './matinee-error'
import type { RoomConnection } from './room'

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

/** As much of the platform's WebSocket as is needed. */
export type WebSocketClass = new (url: string, protocols: string[]) => SocketLike
export interface SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  onerror: ((event: unknown) => void) | null
  send(text: string): void
  close(code?: number, reason?: string): void
}

export interface EnterOptions {
  /** Wait, in status `lobby`, until the host lets you in. Default true; otherwise one who waits is sent away with `not_approved`. */
  readonly lobby?: boolean
  /** The place, `<epoch>.<seq>`, from which to go on. Only for one who has kept everything up to there. */
  readonly since?: string
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

  const callSigned: Caller = async <Answer>(wanted: Call) => {
    try {
      return await call<Answer>({ ...wanted, token: await session.token() })
    } catch (error) {
      // This machine's clock may be wrong about the token's age, or the token revoked: a fresh one tells.
      if (!(error instanceof MatineeError) || error.code !== 'unauthenticated') throw error
      return call<Answer>({ ...wanted, token: await session.freshToken() })
    }
  }

  return {
    auth: createAuth(call, callSigned, session),
    rooms: createRooms(call, callSigned),
    enter() {
      throw new MatineeError('unavailable', 'Rooms cannot be entered yet.')
    },
  }
}

// The types of platforms without a page know none of it.
const page = globalThis as { readonly location?: { readonly origin: string }; readonly navigator?: { readonly locks?: Locks } }

interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>
}

/** Tabs that share a storage refresh one after the other, where the browser has locks. */
function aloneBy(name: string): <T>(work: () => Promise<T>) => Promise<T> {
  const { locks } = page.navigator ?? {}
  return (work) => (locks ? locks.request(name, work) : work())
}

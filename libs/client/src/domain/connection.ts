import type { ClientFrame, ServerFrame } from '../contract-types'
import { type ServerClockState, unknownClock } from './clock'
import type { CommandFrame, Outbox } from './outbox'
import { emptyOutbox } from './outbox'
import type { RoomView } from './room-view'

/** The last event that was applied: where to go on after a break. */
export interface Place {
  readonly epoch: string
  readonly seq: number
}

/** Why a connection has ended for good. `closed` is the member's own doing; the others are the server's. */
export type EndReason =
  | 'closed'
  | 'left'
  | 'denied'
  | 'not_approved'
  | 'room_not_found'
  | 'room_closed'
  | 'removed'
  | 'replaced'
  | 'unauthenticated'
  | 'too_big'
  | 'unsupported_data'

/** Where the connection is. Sockets are numbered, so that what an old one still says is not heard. */
export type Link =
  | { readonly kind: 'waiting'; readonly untilMs: number; readonly freshToken: boolean }
  /** Under way, until the first frame that lets it in or has it wait. `since` is the place it asked to go on from. */
  | { readonly kind: 'opening'; readonly sinceMs: number; readonly since: Place | null; readonly freshToken: boolean }
  | { readonly kind: 'lobby'; readonly room: { readonly room_code: string; readonly name: string } }
  /** A member. Until `headSeq` has been applied it is still catching up. */
  | { readonly kind: 'in'; readonly sinceMs: number; readonly headSeq: number }
  | { readonly kind: 'ended'; readonly code: number; readonly reason: EndReason }

export interface Connection {
  readonly link: Link
  /** The number of the present socket, or of the last one. */
  readonly socket: number
  /** When the present socket last brought anything. */
  readonly heardMs: number
  readonly place: Place | null
  /** When the event at that place was sent, or the snapshot of it, by the server's clock; Infinity where that is not known. */
  readonly placeMs: number
  readonly view: RoomView | null
  readonly outbox: Outbox
  readonly clock: ServerClockState
  /** How many TIME_SYNC this socket has sent, and when the next is due. */
  readonly syncs: { readonly count: number; readonly nextMs: number }
  /** Attempts in a row that came to nothing lasting. */
  readonly failures: number
  /** When to come back, as RECONNECT told. */
  readonly leaveAtMs: number | null
  /** When to ask for a fresh token again, while the last attempt has failed. */
  readonly renewAtMs: number | null
  /** The last ERROR of this socket that answered no command: why it is about to be closed. */
  readonly refusal: { readonly code: string; readonly retryAfterMs: number | null } | null
  /** Whether commands are taken at the moment, as NOTICE told. */
  readonly notice: 'read_only' | 'reconnecting' | null
  readonly waiting: Extract<ServerFrame, { type: 'WAITING' }> | null
  /** What SKEW told last, for as long as it holds: it is told again while anybody reports. */
  readonly skew: { readonly frame: Extract<ServerFrame, { type: 'SKEW' }>; readonly untilMs: number } | null
}

/** What happens to a connection. */
export type Input =
  | { readonly type: 'opened'; readonly socket: number }
  | { readonly type: 'frame'; readonly socket: number; readonly frame: ServerFrame }
  /** What came was no frame. */
  | { readonly type: 'nonsense'; readonly socket: number }
  | { readonly type: 'closed'; readonly socket: number; readonly code: number }
  /** No token could be had for the socket; `final` when nobody is signed in any more. */
  | { readonly type: 'no_token'; readonly socket: number; readonly final: boolean }
  /** The answer to `renew`; null when it could not be had. */
  | { readonly type: 'renewed'; readonly token: string | null }
  | { readonly type: 'command'; readonly frame: CommandFrame; readonly withinMs: number }
  /** The instant of `wakeAtMs` has come. */
  | { readonly type: 'wake' }
  /** The network is back: what waits tries at once. */
  | { readonly type: 'online' }
  | { readonly type: 'close' }

/** Why a command was not done, as the server or the connection says. */
export interface Refused {
  readonly code: Extract<ServerFrame, { type: 'ERROR' }>['code'] | 'ended'
  readonly message: string
  readonly retryable: boolean
  readonly retryAfterMs?: number | undefined
}

/** What is to be done, in this order. */
export type Effect =
  /** Get a token, a fresh one if asked for, and open a socket of this number. */
  | { readonly type: 'connect'; readonly socket: number; readonly since: Place | null; readonly freshToken: boolean }
  | { readonly type: 'send'; readonly frame: ClientSends }
  /** Close the socket of this number, nothing of which is heard any more; for good, or to come back. */
  | { readonly type: 'close'; readonly socket: number; readonly forGood: boolean }
  /** Get a fresh token, and give it as `renewed`. */
  | { readonly type: 'renew' }
  | { readonly type: 'settle'; readonly id: string; readonly outcome: { readonly seq: number } | { readonly refused: Refused } }
  /** Tell those who listen, after the state has changed. */
  | { readonly type: 'tell'; readonly frame: ServerFrame }

type ClientSends = CommandFrame | Extract<ClientFrame, { type: 'RECOVERED' | 'TIME_SYNC' | 'AUTH' }>

export interface Step {
  readonly connection: Connection
  readonly effects: readonly Effect[]
}

/** The instant, on a clock that goes on evenly, and chance: at least 0, below 1. */
export interface Moment {
  readonly nowMs: number
  readonly chance: number
}

/** A connection before its first attempt, which is due at once. With `kept` it goes on from what was known before. */
export function newConnection(nowMs: number, kept?: { readonly place: Place; readonly view: RoomView }): Connection {
  return {
    link: { kind: 'waiting', untilMs: nowMs, freshToken: false },
    socket: 0,
    heardMs: nowMs,
    place: kept?.place ?? null,
    placeMs: Number.POSITIVE_INFINITY,
    view: kept?.view ?? null,
    outbox: emptyOutbox,
    clock: unknownClock,
    syncs: { count: 0, nextMs: 0 },
    failures: 0,
    leaveAtMs: null,
    renewAtMs: null,
    refusal: null,
    notice: null,
    waiting: null,
    skew: null,
  }
}

/** connecting until the first ROOM_STATE; reconnecting until all that was missed has been applied. */
export function statusOf({ link, place, view, notice }: Connection) {
  if (link.kind === 'ended' || link.kind === 'lobby') return link.kind
  if (link.kind === 'in' && (place?.seq ?? 0) >= link.headSeq) return notice === null ? 'live' : 'read_only'
  return view === null ? 'connecting' : 'reconnecting'
}

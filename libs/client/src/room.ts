import type { ClientFrame, ServerFrame } from './contract-types'
import type { EndReason, Place } from './domain/connection'
import type { RoomView } from './domain/room-view'
import type { MatineeError } from './matinee-error'
import type { Readable } from './store'

/**
 * connecting: not in yet · lobby: the host has to let you in · live · read_only: the server takes no commands for a moment; what is sent
 * waits · reconnecting: was in, and is on its way back · ended: see `ended`.
 */
export type RoomStatus = 'connecting' | 'lobby' | 'live' | 'read_only' | 'reconnecting' | 'ended'

/** What a page shows of a room. Frozen in time: a change makes a new one, in which what has not changed is the same object. */
export interface RoomSnapshot {
  readonly status: RoomStatus
  /** Set when `status` is `ended`. */
  readonly ended: { readonly code: number; readonly reason: EndReason } | null
  /** The next attempt to come back, on the clock of `performance.now()`; null when there is none ahead. */
  readonly retryAtMs: number | null
  /** Which room one waits for, while in the lobby. */
  readonly lobby: { readonly room_code: string; readonly name: string } | null
  /** Null until the first `ROOM_STATE`; kept while reconnecting. */
  readonly view: RoomView | null
  /** What was ordered here and has no answer yet, oldest first: for showing a line before it is confirmed. */
  readonly unconfirmed: readonly Unconfirmed[]
  /** For whom the start waits, if it does. */
  readonly waiting: Extract<ServerFrame, { type: 'WAITING' }> | null
  /** How far apart the members are, as the server told last; null where nobody has reported for a while. */
  readonly skew: Extract<ServerFrame, { type: 'SKEW' }> | null
}

/** What to go on from on the next visit: give it to `enter` as `kept`. Plain data, fit for `sessionStorage`. */
export interface KeptRoom {
  readonly place: Place
  readonly view: RoomView
}

/** A command that has no answer yet. */
export interface Unconfirmed {
  readonly id: string
  readonly command: Command
}

/** A frame that changes something for everybody, without its id. */
export type Command = Commanding<Exclude<ClientFrame, { type: 'TIME_SYNC' | 'AUTH' | 'REPORT' | 'READY' | 'RECOVERED' }>>
type Commanding<Frame> = Frame extends unknown ? Omit<Frame, 'id'> : never

/** Where a command stands in the room's log. */
export interface Acknowledged {
  readonly seq: number
}

export interface CommandOptions {
  /** How long to go on trying, over reconnects. Default 30 s for chat, 5 s for playback. */
  readonly withinMs?: number
}

export interface PlaybackOptions extends CommandOptions {
  /** Refuse with `version_conflict` unless playback is at this version. */
  readonly expectVersion?: number
}

/** The server's clock, as this client knows it. */
export interface ServerClock {
  /** Milliseconds on the room log's clock; null before the first answer to TIME_SYNC or ROOM_STATE. */
  nowMs(): number | null
  /** By how much `nowMs` may be off; infinite before the first TIME_SYNC. */
  errorMs(): number
  /** Half of the best round trip lately; null before the first TIME_SYNC. */
  delayMs(): number | null
}

/** What `on` hears, by name. */
export interface RoomEvents {
  /** Every frame, after what it changes has changed: log events once each and in order. */
  readonly frame: ServerFrame
  /** An ERROR that answers no command. */
  readonly error: MatineeError
}

/**
 * One's place in a room. It reconnects by itself, misses no event, and repeats what had no answer. Commands resolve when they have taken
 * effect, and reject with a `MatineeError`: the server's no; `timed_out`, when it may or may not have taken effect; or `ended`.
 */
export interface RoomConnection extends Readable<RoomSnapshot> {
  /** The present snapshot: the same as `get()`. */
  readonly state: RoomSnapshot
  readonly clock: ServerClock
  /** Where playback is now, in seconds of the medium; null before it is known. */
  positionS(): number | null
  on<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): () => void
  /** Resolves when the connection is in for the first time; rejects when it ends before. */
  readonly entered: Promise<RoomView>
  chat(message: string, options?: CommandOptions): Promise<Acknowledged>
  /** Without a position: where playback is now. */
  play(timeS?: number, options?: PlaybackOptions): Promise<Acknowledged>
  pause(timeS?: number, options?: PlaybackOptions): Promise<Acknowledged>
  seek(timeS: number, options?: PlaybackOptions): Promise<Acknowledged>
  rate(rate: number, options?: PlaybackOptions): Promise<Acknowledged>
  media(videoUrl: string, options?: PlaybackOptions): Promise<Acknowledged>
  /** Tells the room about this player; a follower does it by itself. Not repeated, not answered: false where it could not be sent. */
  tell(frame: Extract<ClientFrame, { type: 'REPORT' | 'READY' }>): boolean
  /** Where one stands, to go on from there after the page is loaded again; null before the first ROOM_STATE. */
  kept(): KeptRoom | null
  /** Ends the connection. One's place in the room stays: see `rooms.leave`. */
  close(): void
}

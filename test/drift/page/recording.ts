import type { FollowerMode } from '@matinee/client'

/**
 * What a page has noted while it watched. Instants are Unix milliseconds by the page's own clock, `performance.timeOrigin +
 * performance.now()`; positions are seconds of the medium.
 */
export interface Recording {
  /** Each picture that came to be seen: when, and its position. */
  readonly frames: { readonly atMs: number; readonly positionS: number }[]
  /** What the player was told, as it told of it. */
  readonly turns: { readonly atMs: number; readonly type: Turn; readonly rate: number }[]
  /** Each timeline, when the page heard of it. */
  readonly timelines: { readonly atMs: number; readonly timeline: Timeline }[]
  readonly modes: { readonly atMs: number; readonly mode: FollowerMode; readonly driftMs: number | null }[]
  /** What the client took for the server's time, and by how much it said that this may be off. */
  readonly clock: { readonly atMs: number; readonly serverMs: number; readonly errorMs: number }[]
  readonly startCostMs: number
}

export type Turn = (typeof turns)[number]
/** The events of a player that are noted. */
export const turns = ['loadeddata', 'canplay', 'play', 'playing', 'pause', 'seeking', 'seeked', 'waiting', 'ratechange'] as const

/** As much of the room's playback as tells where it is. */
export interface Timeline {
  readonly version: number
  readonly playing: boolean
  readonly time: number
  readonly at_ms: number
  readonly rate: number
}

/** Whom a page is for, and where it goes. */
export interface Invitation {
  /** Of the gateway, as this viewer reaches it. */
  readonly baseUrl: string
  /** As the client keeps it in a storage. */
  readonly session: string
  readonly code: string
}

/** A page's clock beside that of whoever runs the measurement. */
export interface ClockCheck {
  /** Add it to an instant of the page to have the runner's. */
  readonly offsetMs: number
  /** By how much that may be off. */
  readonly errorMs: number
}

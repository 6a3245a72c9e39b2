import type { Playback, PlaybackPolicy } from '../contract-types'
import type { FollowerMode } from '../player'
import { type Cost, unknownCost } from './costs'
import type { Course } from './own-controls'

/** What there is to see of a player. Positions are seconds of the medium. */
export interface Seen {
  readonly positionS: number
  readonly paused: boolean
  /** It is paused at its end: told to play it would begin anew. */
  readonly ended: boolean
  readonly seeking: boolean
  /** Whether it has the data to go on from here. */
  readonly canPlay: boolean
  /** It has not, and loads no more before it is told to play. */
  readonly loadsLater: boolean
  readonly rate: number
  /** NaN before it is known, infinite for a live stream. */
  readonly durationS: number
}

/** All that a follower decides by. */
export interface Situation {
  /** On a clock that goes on evenly. */
  readonly nowMs: number
  /** On the server's clock; null before that is known. */
  readonly serverNowMs: number | null
  readonly seen: Seen
  /** Null before it is known, and where there is no medium. */
  readonly playback: Playback | null
  readonly policy: PlaybackPolicy
}

/** What the player is to do. */
export type Order =
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  | { readonly type: 'seek'; readonly toS: number }
  | { readonly type: 'rate'; readonly rate: number }
  | { readonly type: 'muted'; readonly muted: boolean }

/** An order that is under way: nothing else is asked of the player until it shows. A typical one began with data, so that what it takes says something of the next time. */
export type UnderWay =
  | { readonly type: 'play'; readonly sinceMs: number; readonly fromS: number; readonly isTypical: boolean }
  | { readonly type: 'seek'; readonly sinceMs: number; readonly isTypical: boolean }

/** What a follower keeps in mind from one look to the next. */
export interface Mind {
  readonly mode: FollowerMode
  /** The timeline that is being followed. */
  readonly playback: Playback | null
  readonly underWay: UnderWay | null
  /** After a start or a jump it is brought close, though it may be within what is borne otherwise. */
  readonly settling: boolean
  /** It was told to play at a crawl, before the room is where it stands. */
  readonly crawls: boolean
  /** The rate that was set to catch up, and how far off the player was then. */
  readonly correction: { readonly rate: number; readonly driftMs: number; readonly sinceMs: number } | null
  /** The last drifts that were seen, newest last. */
  readonly drifts: readonly number[]
  /** Since when the player has stood where it stands. */
  readonly still: { readonly positionS: number; readonly sinceMs: number }
  /** By which a jump of its own controls is told from going on. */
  readonly course: Course
  readonly startCost: Cost
  readonly seekCost: Cost
  /** Jumps since the timeline, or the player's standing still, last gave a reason for one. */
  readonly jumps: number
  /** When the last jump was ordered, and once it is over, when it was. */
  readonly lastJumpMs: number
  /** The room itself has jumped: so does the player, though it may not be far. */
  readonly led: boolean
  readonly startedMs: number
  /** What the server's clock was taken for when the player was last brought close; null before it was known. */
  readonly clockMs: number | null
  readonly ready: boolean
  /** The longest of the last pauses between two looks: a page in the background looks seldom. */
  readonly lookEveryMs: number
  /** When it last looked; before the first look, which ends no pause, infinite. */
  readonly lookedMs: number
  /** The player does not take rates between its own: it is brought back by jumps alone. */
  readonly coarse: boolean
  readonly refused: 'no' | 'with_sound' | 'at_all'
  readonly pausedHere: boolean
  /** Until then what its own controls did is left alone, for the room is being told. */
  readonly handsOffUntilMs: number
}

export interface Look {
  readonly mind: Mind
  readonly orders: readonly Order[]
  /** When to look again at the latest, in milliseconds from now. */
  readonly againInMs: number
}

/** A follower that knows nothing of its player yet. */
export const freshMind: Mind = {
  mode: 'detached',
  playback: null,
  underWay: null,
  settling: true,
  crawls: false,
  correction: null,
  drifts: [],
  still: { positionS: Number.NaN, sinceMs: 0 },
  course: { positionS: Number.NaN, atMs: 0 },
  startCost: unknownCost(60, 150),
  seekCost: unknownCost(300),
  jumps: 0,
  lastJumpMs: Number.NEGATIVE_INFINITY,
  led: false,
  startedMs: 0,
  clockMs: null,
  ready: false,
  lookEveryMs: 0,
  lookedMs: Number.POSITIVE_INFINITY,
  coarse: false,
  refused: 'no',
  pausedHere: false,
  handsOffUntilMs: Number.NEGATIVE_INFINITY,
}

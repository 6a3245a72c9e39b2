import type { Media } from './contract-types'

/**
 * As much of an `HTMLMediaElement` as a follower needs: a `<video>`, or a custom element with its face (YouTube, Vimeo, HLS …).
 */
export interface Player {
  currentTime: number
  playbackRate: number
  muted: boolean
  readonly paused: boolean
  readonly seeking: boolean
  /** One in a frame need not say so: near its end, and paused, it is taken to be there. */
  readonly ended: boolean
  /** 0 to 4, as of an HTMLMediaElement; from 3 on it can play, in a frame from 1 on. */
  readonly readyState: number
  /** 0 to 3, as of an HTMLMediaElement: 1 where nothing is loading. By it one that loads nothing before it is told to play is told apart from one that is slow. */
  readonly networkState?: number
  /** Seconds; NaN or 0 before it is known, infinite for a live stream. */
  readonly duration: number
  /** Of one that plays in a frame, as YouTube's and Vimeo's do, what holds that. */
  readonly shadowRoot?: { querySelector(selectors: 'iframe'): unknown } | null
  play(): Promise<void> | void
  pause(): void
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

/**
 * detached: nothing to play yet · holding: paused where the room is paused · armed: will start at the instant agreed on · starting · following:
 * plays with the room · correcting: plays a little faster or slower to catch up · seeking · stalled: waits for data · needs_gesture: the
 * browser plays nothing before a tap; call `resume()` in its handler · paused_here: paused by its own controls · ended.
 */
export type FollowerMode =
  | 'detached'
  | 'holding'
  | 'armed'
  | 'starting'
  | 'following'
  | 'correcting'
  | 'seeking'
  | 'stalled'
  | 'needs_gesture'
  | 'paused_here'
  | 'ended'

/** How well the player keeps to the room. */
export interface FollowerState {
  readonly mode: FollowerMode
  /** How far the player is ahead (positive) or behind, in milliseconds of the medium; null when it does not play. */
  readonly driftMs: number | null
  /** The browser allowed to start only without sound; call `resume()` in a tap's handler to turn it on. */
  readonly mutedByBrowser: boolean
  /** How long this player takes from `play()` to the first frame that moves, as learned. */
  readonly startCostMs: number
}

/** What somebody did with the player's own controls, to be passed on as it is: `room[type](positionS)`. */
export interface Intent {
  readonly type: 'play' | 'pause' | 'seek'
  readonly positionS: number
}

export interface FollowOptions {
  /**
   * What the player shows. For another medium it is asked for nothing and is not ready, whatever it still has of this one: who has another
   * player, or another follower, for each medium says so. Left out, the player is taken to show whatever the room does.
   */
  readonly media?: Media
  /**
   * Hears what is done with the player's own controls. Give true to say that the room is being told (such as by `room.pause()`): the
   * follower then waits a moment for the room to agree. Otherwise a pause stays here, until `resume()`, and a jump is undone.
   */
  readonly onIntent?: (intent: Intent) => boolean
}

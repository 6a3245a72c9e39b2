import type { Seen } from './domain/mind'
import type { Player } from './player'

/** A position that has not been told anew for so long is not taken to go on. */
const toldEveryMs = 400

/** One in a frame that stands so near its end is there: YouTube's never says so, and Vimeo's only after it has said that it is paused. */
const atEndWithinS = 0.5

/** What there is to see of a player. One in a frame tells less than others, and tells it in steps. */
export interface Sight {
  seen(nowMs: number): Seen
  /** To be called when the player tells of its position: the steps are dated by it. */
  note(nowMs: number): void
}

/** Of `networkState`: there is something to load, and nothing is loading. */
const networkIdle = 1
/** One that has loaded nothing for so long, and not enough to play, waits to be told to. */
const idleForMs = 1_000

/** Looks at `player`, wherever it plays. */
export function createSight(player: Player): Sight {
  let told = { positionS: player.currentTime, atMs: 0, moves: false }
  let idleSinceMs = Number.POSITIVE_INFINITY

  function note(nowMs: number): void {
    const { currentTime: positionS, paused, seeking } = player
    if (paused || seeking) told = { positionS, atMs: nowMs, moves: false }
    else if (positionS !== told.positionS) told = { positionS, atMs: nowMs, moves: true }
  }

  /** Whether it has not enough to play, and loads no more before it is told to: on phones, to save power, or because its page wants it so. */
  function loadsLater(nowMs: number): boolean {
    const { paused, seeking, readyState, networkState } = player
    const isIdle = paused && !seeking && readyState < 3 && networkState === networkIdle
    idleSinceMs = isIdle ? Math.min(idleSinceMs, nowMs) : Number.POSITIVE_INFINITY
    return nowMs - idleSinceMs >= idleForMs
  }

  return {
    note,
    seen(nowMs) {
      note(nowMs)
      const { paused, ended, seeking, readyState, playbackRate: rate, duration } = player
      // YouTube's says 0 until it has learned more, which can be as late as when it plays.
      const durationS = duration > 0 ? duration : Number.NaN
      const isFramed = player.shadowRoot?.querySelector('iframe') != null
      const isAtEnd = ended || (isFramed && paused && told.positionS > durationS - atEndWithinS)
      const sinceS = isFramed && told.moves && !isAtEnd ? Math.min(toldEveryMs, nowMs - told.atMs) / 1000 : 0
      return {
        positionS: told.positionS + sinceS * rate,
        paused: paused || isAtEnd,
        ended: isAtEnd,
        seeking,
        // In a frame it loads when it is told to play, and tells of no data before.
        canPlay: readyState >= (isFramed ? 1 : 3),
        loadsLater: loadsLater(nowMs),
        rate,
        durationS,
      }
    },
  }
}

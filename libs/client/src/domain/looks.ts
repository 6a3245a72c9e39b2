import type { Playback } from '../contract-types'
import { atMostMs, expectedMs } from './costs'
import type { Look, Mind, Situation, UnderWay } from './mind'
import { positionAt } from './timeline'

/** A situation in which the room plays, and it is known where. */
export interface Playing extends Situation {
  readonly playback: Playback
  readonly serverNowMs: number
}

/** How soon to look again. */
export const lookMs = { idle: 500, holding: 250, following: 100, underWay: 25 }

/** What is added to what a jump takes, so that there is a moment left to begin on time. */
const spareMs = 50

/** Nothing to tell the player. */
export function rest(mind: Mind, againInMs: number): Look {
  return { mind, orders: [], againInMs }
}

/** Has the player jump, and waits until that shows; one that plays is paused first, to begin again when the room is where it jumped to. */
export function seek(mind: Mind, toS: number, { nowMs, seen }: Situation): Look {
  const underWay: UnderWay = { type: 'seek', sinceMs: nowMs, fromS: toS, isTypical: seen.canPlay }
  return {
    mind: {
      ...mind,
      mode: 'seeking',
      underWay,
      correction: null,
      settling: true,
      drifts: [],
      jumps: mind.jumps + 1,
      lastJumpMs: nowMs,
      led: false,
    },
    orders: seen.paused ? [{ type: 'seek', toS }] : [{ type: 'pause' }, { type: 'seek', toS }],
    againInMs: lookMs.underWay,
  }
}

/** Where to jump to, so that the room gets there when the player could begin. */
export function aim(mind: Mind, { serverNowMs, seen, playback }: Playing): number {
  const inMs = atMostMs(mind.seekCost) + expectedMs(mind.startCost) + spareMs
  return Math.min(positionAt(playback, serverNowMs + inMs), seen.durationS || Number.POSITIVE_INFINITY)
}

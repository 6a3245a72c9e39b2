import type { Playback } from '../contract-types'
import type { Look, Mind, Situation, UnderWay } from './mind'

/** A situation in which the room plays, and it is known where. */
export interface Playing extends Situation {
  readonly playback: Playback
  readonly serverNowMs: number
}

/** How soon to look again. */
export const lookMs = { idle: 500, holding: 250, following: 100, underWay: 25 }

/** Nothing to tell the player. */
export function rest(mind: Mind, againInMs: number): Look {
  return { mind, orders: [], againInMs }
}

/** Has the player jump, and waits until that shows. */
export function seek(mind: Mind, toS: number, nowMs: number): Look {
  const underWay: UnderWay = { type: 'seek', sinceMs: nowMs, fromS: toS }
  return {
    mind: { ...mind, mode: 'seeking', underWay, correction: null, settling: true, drifts: [], jumps: mind.jumps + 1, lastJumpMs: nowMs },
    orders: [{ type: 'seek', toS }],
    againInMs: lookMs.underWay,
  }
}

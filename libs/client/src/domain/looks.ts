import type { Playback } from '../contract-types'
import { atMostMs, putOffMs } from './costs'
import type { Look, Mind, Situation, UnderWay } from './mind'
import { positionAt } from './timeline'

/** A situation in which the room plays, and it is known where. */
export interface Playing extends Situation {
  readonly playback: Playback
  readonly serverNowMs: number
}

/** How soon to look again. */
export const lookMs = { idle: 500, holding: 250, following: 100, underWay: 25, crawling: 5 }

/** Where the room itself has jumped, anything beyond this is a jump. */
export const ledMs = 100

/** Between two jumps, so that what the first one did can show. */
const betweenJumpsMs = 3_000
/** For one reason. What still is off then would be again after the next: it is made good by playing faster. */
const mostJumps = 2

/** What is added to what a jump takes, so that there is a moment left to begin on time. */
const spareMs = 50

/** Nothing to tell the player. */
export function rest(mind: Mind, againInMs: number): Look {
  return { mind, orders: [], againInMs }
}

/** Has the player jump, and waits until that shows; one that plays is paused first, to begin again when the room is where it jumped to. */
export function seek(mind: Mind, toS: number, { nowMs, seen }: Situation): Look {
  const underWay: UnderWay = { type: 'seek', sinceMs: nowMs, isTypical: seen.canPlay }
  return {
    mind: {
      ...mind,
      mode: 'seeking',
      underWay,
      correction: null,
      settling: true,
      crawls: false,
      drifts: [],
      jumps: mind.jumps + 1,
      lastJumpMs: nowMs,
      led: false,
    },
    orders: seen.paused ? [{ type: 'seek', toS }] : [{ type: 'pause' }, { type: 'seek', toS }],
    againInMs: lookMs.underWay,
  }
}

/** A jump that is not the one that has to be right. */
export function uncounted({ mind, ...asked }: Look): Look {
  return { ...asked, mind: { ...mind, jumps: 0 } }
}

/** Whether it may jump once more for the same reason: where the last one has had time to show, or turned out to be of no use. */
export function mayJumpAgain({ jumps, lastJumpMs }: Mind, nowMs: number, wasOfNoUse = false): boolean {
  return jumps < mostJumps && (jumps === 0 || wasOfNoUse || nowMs - lastJumpMs > betweenJumpsMs)
}

/** How long until the room is where the player stands; less than 0 where it has passed there. */
export function roomComesInMs({ serverNowMs, seen, playback }: Playing): number {
  return playback.at_ms + ((seen.positionS - playback.time) / playback.rate) * 1000 - serverNowMs
}

/** Has the player jump to where the room will be when it could begin there. */
export function seekAhead(mind: Mind, situation: Playing): Look {
  const { serverNowMs, seen, playback } = situation
  const inMs = atMostMs(mind.seekCost) + putOffMs(mind.startCost) + spareMs
  return seek(mind, Math.min(positionAt(playback, serverNowMs + inMs), seen.durationS || Number.POSITIVE_INFINITY), situation)
}

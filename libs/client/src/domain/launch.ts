import { atMostMs, expectedMs } from './costs'
import { lookMs, type Playing, rest, seek } from './looks'
import type { Look, Mind } from './mind'
import { positionAt } from './timeline'

/** Later than this a start is not made good by playing faster, but by aiming ahead. */
const lateMs = 60
/** So far ahead of the room the player does not wait for it, but jumps back. */
const waitAtMostMs = 1_500
/** Behind the start's position by more than this, it would show what comes before. */
const nearS = 0.02
/** Between two jumps for one reason, unless the second brings it nearer by a lot. */
const betweenJumpsMs = 3_000
/** What is added to what a jump takes, so that there is a moment left to begin on time. */
const spareMs = 30

/**
 * The player is paused and the room plays, or will: begins early by what a start is known to take, so that the picture is right at the
 * instant. One that is too late for that jumps to where the room will be, and waits there for it.
 */
export function launch(mind: Mind, { nowMs, serverNowMs, seen, playback, policy }: Playing): Look {
  const startMs = expectedMs(mind.startCost)
  const { at_ms, time, rate } = playback
  const target = (inMs: number) => positionAt(playback, serverNowMs + inMs)
  if (target(0) >= seen.durationS) return rest({ ...mind, mode: 'ended' }, lookMs.idle)

  const toStartMs = at_ms + ((seen.positionS - time) / rate) * 1000 - startMs - serverNowMs
  const aheadMs = Math.max(0, at_ms - serverNowMs)
  const before = seen.positionS < time - nearS
  const mayJump = mind.jumps === 0 || nowMs - mind.lastJumpMs > betweenJumpsMs || toStartMs < -policy.seek_beyond_ms
  if ((before || toStartMs < -lateMs || toStartMs > aheadMs + waitAtMostMs) && mayJump) {
    const inMs = atMostMs(mind.seekCost) + startMs + spareMs
    return seek(mind, Math.min(target(inMs), seen.durationS || Number.POSITIVE_INFINITY), nowMs)
  }
  // Data for where it will begin has been asked for; without them a start would only stall.
  if (!seen.canPlay) return rest({ ...mind, mode: 'stalled' }, lookMs.underWay)
  const ready = { ...mind, ready: true, mode: 'armed' } as const
  if (toStartMs > 1) return rest(ready, Math.min(toStartMs, lookMs.holding))
  const underWay = { type: 'play', sinceMs: nowMs, fromS: seen.positionS } as const
  const orders: Look['orders'] = seen.rate === rate ? [{ type: 'play' }] : [{ type: 'rate', rate }, { type: 'play' }]
  return { mind: { ...ready, mode: 'starting', underWay, settling: true, drifts: [] }, orders, againInMs: lookMs.underWay }
}

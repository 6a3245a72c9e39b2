import { expectedMs } from './costs'
import { aim, lookMs, type Playing, rest, seek } from './looks'
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

/**
 * The player is paused and the room plays, or will: begins early by what a start is known to take, so that the picture is right at the
 * instant. One that is too late for that jumps to where the room will be, and waits there for it.
 */
export function launch(before: Mind, situation: Playing): Look {
  const { nowMs, serverNowMs, seen, playback, policy } = situation
  const { at_ms, time, rate } = playback
  if (positionAt(playback, serverNowMs) >= seen.durationS) return rest({ ...before, mode: 'ended' }, lookMs.idle)

  const mind = before.starved && seen.canPlay ? { ...before, starved: false, jumps: 0 } : before
  const toStartMs = at_ms + ((seen.positionS - time) / rate) * 1000 - expectedMs(mind.startCost) - serverNowMs
  const aheadMs = Math.max(0, at_ms - serverNowMs)
  const isElsewhere = seen.positionS < time - nearS || toStartMs < -lateMs || toStartMs > aheadMs + waitAtMostMs
  const isLongSince = nowMs - mind.lastJumpMs > betweenJumpsMs
  // Without data a jump only says which are wanted: it is not the one that has to be right.
  if (isElsewhere && !seen.canPlay && isLongSince) return uncounted(seek(mind, aim(mind, situation), situation))
  const mayJump = mind.jumps === 0 || isLongSince || toStartMs < -policy.seek_beyond_ms
  if (isElsewhere && seen.canPlay && mayJump) return seek(mind, aim(mind, situation), situation)
  // Data for where it will begin have been asked for; without them a start would only stall.
  if (!seen.canPlay) return rest({ ...mind, mode: 'stalled', starved: true }, lookMs.underWay)
  const ready = { ...mind, ready: true, mode: 'armed' } as const
  if (toStartMs > 1) return rest(ready, Math.min(toStartMs, lookMs.holding))
  const underWay = { type: 'play', sinceMs: nowMs, fromS: seen.positionS, isTypical: true } as const
  const orders: Look['orders'] = seen.rate === rate ? [{ type: 'play' }] : [{ type: 'rate', rate }, { type: 'play' }]
  return { mind: { ...ready, mode: 'starting', underWay, settling: true, drifts: [] }, orders, againInMs: lookMs.underWay }
}

function uncounted({ mind, ...asked }: Look): Look {
  return { ...asked, mind: { ...mind, jumps: 0 } }
}

import { expectedMs, putOffMs } from './costs'
import { crawlAheadMs, crawlRate, mayCrawl } from './crawl'
import { ledMs, lookMs, mayJumpAgain, type Playing, rest, roomComesInMs, seekAhead, uncounted } from './looks'
import type { Look, Mind } from './mind'

/** Later than this a start is not made good by playing faster, but by aiming ahead. */
const lateMs = 60
/** So far ahead of the room the player does not wait for it, but jumps back. */
const waitAtMostMs = 1_500
/** Behind the start's position by more than this, it would show what comes before. */
const nearS = 0.02
/** Without data, between two jumps that say which are wanted, where the room itself has not jumped. */
const betweenWishesMs = 3_000

/**
 * The player is paused and the room plays, or will: begins early by what a start is known to take, so that the picture is right at the
 * instant; at a crawl where that is not known. One that is too late for that jumps to where the room will be, and waits there for it.
 */
export function launch(mind: Mind, situation: Playing): Look {
  const { nowMs, serverNowMs, seen, playback, policy } = situation
  const { at_ms, time, rate } = playback
  const inMs = roomComesInMs(situation)
  const toStartMs = inMs - expectedMs(mind.startCost)
  const aheadMs = Math.max(0, at_ms - serverNowMs)
  // Where the room plays already, one that might be too late jumps too; at a start it is among others, and rather begins.
  const allowedMs = aheadMs > 0 ? expectedMs(mind.startCost) : putOffMs(mind.startCost)
  // One at its end does not play again from there: a room that has jumped back a little is not to be waited for.
  const waitsMs = seen.ended && mind.led ? ledMs : waitAtMostMs
  const isElsewhere = seen.positionS < time - nearS || inMs - allowedMs < -lateMs || toStartMs > aheadMs + waitsMs
  // Without data a jump only says which are wanted: it is not the one that has to be right.
  if (isElsewhere && !seen.canPlay && (mind.led || nowMs - mind.lastJumpMs > betweenWishesMs)) return uncounted(seekAhead(mind, situation))
  if (isElsewhere && seen.canPlay && mayJumpAgain(mind, nowMs, toStartMs < -policy.seek_beyond_ms)) return seekAhead(mind, situation)
  // Told to play it would begin anew, and alone; the room will be here in a moment.
  if (seen.ended) return rest({ ...mind, mode: 'ended', ready: true }, lookMs.holding)
  // Data for where it will begin have been asked for; without them a start would only stall. But one that loads no more before it is told to play is told.
  if (!seen.canPlay && !seen.loadsLater) return rest({ ...mind, mode: 'stalled' }, lookMs.underWay)
  const ready = { ...mind, ready: true, mode: 'armed' } as const
  const crawls = toStartMs > 1 && mayCrawl(mind, situation)
  const waitMs = crawls ? inMs - crawlAheadMs : toStartMs
  if (waitMs > 1) return rest(ready, Math.min(waitMs, lookMs.holding))
  // One that turns out not to take that rate begins as others do.
  if (crawls && !mind.crawls) return { ...rest({ ...ready, crawls }, lookMs.crawling), orders: [{ type: 'rate', rate: crawlRate }] }
  const underWay = { type: 'play', sinceMs: nowMs, fromS: seen.positionS, isTypical: seen.canPlay } as const
  const orders: Look['orders'] = crawls || seen.rate === rate ? [{ type: 'play' }] : [{ type: 'rate', rate }, { type: 'play' }]
  return { ...rest({ ...ready, mode: 'starting', underWay, crawls, settling: true, drifts: [] }, lookMs.underWay), orders }
}

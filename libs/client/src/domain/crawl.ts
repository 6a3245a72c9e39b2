import { lookMs, type Playing, rest, roomComesInMs } from './looks'
import type { Look, Mind } from './mind'

/** Little goes by while a start is waited for. After less than that Chromium shows frames up to 0.2 s early or late for a while. */
export const crawlRate = 0.5
/** How long before the room comes a crawl begins. */
export const crawlAheadMs = 160

/** Whether the player had better begin ahead, at a crawl: what its start costs is not known, and as far as is seen it takes such a rate. */
export function mayCrawl(mind: Mind, { seen, playback }: Playing): boolean {
  const takesIt = !mind.crawls || seen.rate === crawlRate
  // Looked at less often, as in a background page, it would take up the room's pace too late.
  const isLookedAt = mind.lookEveryMs <= lookMs.idle
  return takesIt && isLookedAt && mind.startCost.latest.length === 0 && playback.rate >= 2 * crawlRate
}

/** The player crawls, or is about to: it takes up the room's pace when the room is where it is. */
export function pace(mind: Mind, situation: Playing): Look {
  const inMs = roomComesInMs(situation)
  // Until it moves it is looked at often, for that tells what its start costs.
  if (inMs > 1) return rest(mind, mind.underWay ? Math.min(inMs, lookMs.crawling) : inMs)
  return { ...rest({ ...mind, crawls: false }, lookMs.underWay), orders: [{ type: 'rate', rate: situation.playback.rate }] }
}

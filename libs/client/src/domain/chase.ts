import { middle } from './costs'
import { ledMs, lookMs, mayJumpAgain, type Playing, rest, roomComesInMs, seekAhead } from './looks'
import type { Look, Mind, Order } from './mind'

/** A player whose position does not change for so long has stalled. */
const stalledMs = 250
/** Right after a start or jump positions are not to be trusted. */
const unsteadyMs = 80
/** Drifts are judged by the middle of so many. */
const judgedBy = 3
/** A drift is made good in about this time, if the rate may be changed enough for it. */
const withinMs = 1_000
/** The most a rate is changed from `farAtMs` on, as a fraction; up to `farFromMs` the policy's, and between the two it grows. */
const mostWhenFar = 0.25
const farFromMs = 50
const farAtMs = 400
/** A player that is told a rate has it after this, or will not. */
const takesRateMs = 500
/** One that has come nearer by less than this share of what its rate should have brought, after this, does not play at it. */
const worksAtLeast = 0.3
const worksWithinMs = 3_000
/** Beyond this, a player that takes no rates between its own jumps. */
const coarseMs = 400

/** The player plays and so does the room: brings it nearer by a small change of rate, and by a jump where that would take too long. */
export function chase(mind: Mind, situation: Playing): Look {
  const { nowMs, seen, policy } = situation
  const stoodMs = nowMs - mind.still.sinceMs
  // What goes on does not seek, whatever it says: players in a frame take a page that hangs, or a pace of 2, for a jump.
  if (!seen.canPlay || stoodMs > stalledMs || (seen.seeking && stoodMs > 0)) {
    // One that has not begun since the room jumped, and is left behind, has nothing to wait for here.
    if (mind.led && !mind.ready && isLeftBehind(situation, driftOf(situation))) return seekAhead(mind, situation)
    return withRate(starved(mind, nowMs), situation, 'stalled')
  }
  if (nowMs - mind.startedMs < unsteadyMs) return rest({ ...mind, mode: 'following' }, lookMs.underWay)

  // A player that is on its way already is judged by where the timeline leads, also before the instant at which it holds.
  const drifts = [...mind.drifts, driftOf(situation)].slice(-judgedBy)
  const judging: Mind = { ...mind, drifts }
  if (drifts.length < judgedBy && !mind.led) {
    if (!mind.correction) return { ...withRate(judging, situation, 'following'), againInMs: lookMs.underWay }
    return rest({ ...judging, mode: 'correcting' }, lookMs.underWay)
  }
  const driftMs = middle(drifts)
  const offMs = Math.abs(driftMs)

  const usualMs = mind.coarse ? Math.min(coarseMs, policy.seek_beyond_ms) : policy.seek_beyond_ms
  if (mind.led ? isLeftBehind(situation, driftMs) : offMs > usualMs && mayJumpAgain(mind, nowMs)) return seekAhead(judging, situation)
  const noted = { ...judging, led: false }
  if (mind.correction) return goOn(noted, situation, driftMs, mind.correction)
  const from = mind.settling ? policy.correct_until_ms : policy.correct_from_ms
  const isThere = offMs < (mind.coarse ? usualMs : policy.correct_until_ms)
  if (offMs < from || mind.coarse) return withRate(isThere ? settled(noted) : noted, situation, 'following')
  return correct(noted, situation, driftMs)
}

const driftOf = (situation: Playing): number => roomComesInMs(situation) * situation.playback.rate

/** Whether the room has jumped away from the player. Before its start it stands where it begins: that one who plays on will be there by then is no reason to see what was skipped. */
function isLeftBehind({ serverNowMs, seen, playback }: Playing, driftMs: number): boolean {
  const fromStartMs = serverNowMs < playback.at_ms ? Math.abs(seen.positionS - playback.time) * 1000 : 0
  return Math.max(Math.abs(driftMs), fromStartMs) > ledMs
}

/** Begins to catch up, or to wait for the room, at a rate that is kept until it is there. */
function correct(mind: Mind, situation: Playing, driftMs: number): Look {
  const { nowMs, playback } = situation
  const rate = playback.rate * (1 - Math.sign(driftMs) * changeFor(mind, situation, Math.abs(driftMs)))
  return {
    mind: { ...mind, mode: 'correcting', correction: { rate, driftMs, sinceMs: nowMs } },
    orders: [{ type: 'rate', rate }],
    againInMs: lookMs.following,
  }
}

/** By how much of it the rate is changed for one that is so far off. */
function changeFor({ lookEveryMs }: Mind, { policy }: Playing, offMs: number): number {
  const farness = Math.min(1, Math.max(0, (offMs - farFromMs) / (farAtMs - farFromMs)))
  const most = policy.max_rate_change + farness * Math.max(0, mostWhenFar - policy.max_rate_change)
  // Looked at seldom, it would go past the mark between two looks.
  return Math.min(most, offMs / Math.max(withinMs, 2 * lookEveryMs))
}

/** Ends the correction where it has come near, or past the mark; begins another where the drift has changed beyond what it was for. */
function goOn(mind: Mind, situation: Playing, driftMs: number, correction: NonNullable<Mind['correction']>): Look {
  const { policy, seen, playback, nowMs } = situation
  const sinceMs = nowMs - correction.sinceMs
  const change = Math.abs(correction.rate / playback.rate - 1)
  const isToNoAvail =
    sinceMs > worksWithinMs &&
    Math.abs(driftMs) > farFromMs &&
    Math.abs(correction.driftMs) - Math.abs(driftMs) < worksAtLeast * change * sinceMs
  // One that was told a rate and has another, or only says that it has it, cannot be led by rates.
  if ((Math.abs(seen.rate - correction.rate) > 0.002 && sinceMs > takesRateMs) || isToNoAvail)
    return withRate({ ...mind, coarse: true, settling: false }, situation, 'following')
  const past = Math.sign(driftMs) !== Math.sign(correction.driftMs)
  // It ends by itself when the drift is gone: with the looks that are taken, in the middle of the bounds.
  const endsAtMs = Math.min(policy.correct_until_ms, Math.max(policy.correct_until_ms / 2, (change * lookMs.following) / 2))
  if (past || Math.abs(driftMs) < endsAtMs) return withRate(settled(mind), situation, 'following')
  if (Math.abs(driftMs) > 1.5 * Math.abs(correction.driftMs) + policy.correct_from_ms) return correct(mind, situation, driftMs)
  // A page that has slept, or was in the background, took its time; now it is looked at again.
  if (changeFor(mind, situation, Math.abs(driftMs)) > 2 * change) return correct(mind, situation, driftMs)
  // Far off it hurried; near, it does as everybody does.
  if (change > policy.max_rate_change && Math.abs(driftMs) < farFromMs) return correct(mind, situation, driftMs)
  return rest({ ...mind, mode: 'correcting' }, lookMs.following)
}

/** It is where the room is: what comes now is another reason for a jump, though not at once. */
function settled(mind: Mind): Mind {
  return { ...mind, settling: false, jumps: Math.min(1, mind.jumps) }
}

/** What comes after a stall is a new reason for a jump. */
function starved(mind: Mind, nowMs: number): Mind {
  return { ...mind, settling: true, drifts: [], jumps: 0, startedMs: nowMs }
}

/** Plays at the room's own rate. */
function withRate(mind: Mind, { seen, playback }: Playing, mode: 'following' | 'stalled'): Look {
  const orders: readonly Order[] = seen.rate === playback.rate ? [] : [{ type: 'rate', rate: playback.rate }]
  return { mind: { ...mind, mode, correction: null }, orders, againInMs: lookMs.following }
}

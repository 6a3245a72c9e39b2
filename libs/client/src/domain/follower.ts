import type { Playback } from '../contract-types'
import type { Intent } from '../player'
import { chase } from './chase'
import { learnCost } from './costs'
import { pace } from './crawl'
import { launch } from './launch'
import { lookMs, mayJumpAgain, type Playing, rest, seek, uncounted } from './looks'
import { freshMind, type Look, type Mind, type Situation, type UnderWay } from './mind'
import { goOn } from './own-controls'
import { isSameMedium, positionAt } from './timeline'

/** How near a paused player has to be to the room's position. */
const nearS = 0.02
/** A timeline that is off the one before by less has not jumped. */
const goesOnWithinS = 0.1
/** A clock that is known better by less is no other clock. */
const otherClockMs = 5
/** An order that shows nothing for so long was not taken. */
const takenWithinMs = 4_000
/** Pages in the background are looked at so often at least; one that was not has slept. */
const seldomMs = 60_000
/** A jump that takes longer waits for data. */
const longJumpMs = 1_000

/** One look at the player: what to tell it, what to keep in mind, and when to look again. Reads no clock, touches no player. */
export function look(before: Mind, situation: Situation): Look {
  const { nowMs, serverNowMs, seen } = situation
  const playback = situation.playback ? within(situation.playback, seen.durationS) : null
  const lookEveryMs = Math.max(Math.min(nowMs - before.lookedMs, seldomMs), before.lookEveryMs * 0.7)
  const mind = { ...witness(heed(adopt({ ...before, lookEveryMs }, playback, serverNowMs), situation), situation), lookedMs: nowMs }
  if (playback === null) return rest({ ...mind, mode: 'detached' }, lookMs.idle)
  // An answer that makes the clock known is nothing that anybody tells of.
  if (serverNowMs === null) return rest({ ...mind, mode: 'detached' }, lookMs.underWay)
  if (mind.handsOffUntilMs > nowMs) return rest(mind, lookMs.holding)
  if (mind.refused === 'at_all') return rest({ ...mind, mode: 'needs_gesture' }, lookMs.idle)
  if (mind.pausedHere) return rest({ ...mind, mode: 'paused_here' }, lookMs.idle)
  const at = playback.playing && { ...situation, playback, serverNowMs }
  if (at && mind.crawls && (mind.underWay || !seen.paused)) return pace(mind, at)
  if (mind.underWay) return rest({ ...mind, mode: mind.underWay.type === 'play' ? 'starting' : 'seeking' }, lookMs.underWay)
  if (!at) return hold(mind, situation, playback)
  if (positionAt(playback, serverNowMs) >= seen.durationS) return end(mind, at)
  if (seen.paused) return launch({ ...mind, correction: null }, at)
  return chase(mind, at)
}

/** The browser did not let it play: first try without sound, then wait for a tap. */
export function refused(mind: Mind, muted: boolean): Look {
  const here = { ...mind, underWay: null, crawls: false }
  if (muted) return rest({ ...here, refused: 'at_all', mode: 'needs_gesture' }, lookMs.idle)
  return { ...rest({ ...here, refused: 'with_sound' }, 0), orders: [{ type: 'muted', muted: true }] }
}

/** Somebody tapped: it may play, and with sound. */
export function resumed(mind: Mind): Look {
  const orders: Look['orders'] = mind.refused === 'no' ? [] : [{ type: 'muted', muted: false }]
  return {
    ...rest({ ...mind, refused: 'no', pausedHere: false, settling: true, jumps: 0, handsOffUntilMs: Number.NEGATIVE_INFINITY }, 0),
    orders,
  }
}

/** Its own controls were used. While the room is being told it is left alone for a moment. */
export function touched(
  before: Mind,
  { type, positionS }: Intent,
  { isTold, nowMs }: { readonly isTold: boolean; readonly nowMs: number },
): Mind {
  const mind = { ...before, course: { positionS, atMs: nowMs } }
  // The room may say no: then the player has to come back.
  if (isTold) return { ...mind, underWay: null, jumps: 0, handsOffUntilMs: nowMs + 1_500 }
  return type === 'pause' ? { ...mind, pausedHere: true, correction: null } : { ...mind, jumps: 0, pausedHere: false, settling: true }
}

/** Takes another timeline as a reason to begin anew, and keeps what was learned of the player. */
function adopt(mind: Mind, playback: Playback | null, serverNowMs: number | null): Mind {
  const old = mind.playback
  if (playback === null || (old !== null && isSaidAnew(old, playback))) return { ...mind, playback }
  const sameMedium = isSameMedium(old?.media, playback.media)
  const { startCost, seekCost, coarse } = sameMedium ? mind : freshMind
  return {
    ...mind,
    ...{ startCost, seekCost, coarse },
    playback,
    underWay: mind.underWay?.type === 'seek' ? mind.underWay : null,
    settling: true,
    crawls: false,
    correction: null,
    drifts: [],
    jumps: 0,
    led: old === null || !goesOn(old, playback, serverNowMs ?? playback.at_ms),
    ready: false,
    pausedHere: mind.pausedHere && playback.playing && old?.playing === true,
    handsOffUntilMs: Number.NEGATIVE_INFINITY,
  }
}

/** Whether the two are one timeline, with the end where it was taken to be. */
const isSaidAnew = (old: Playback, { version, at_ms, time }: Playback): boolean =>
  old.version === version && old.at_ms === at_ms && old.time === time

/** A clock that turns out to be another than it was taken for is a reason to come close anew: what seemed right was off by as much. */
function heed(mind: Mind, { nowMs, serverNowMs }: Situation): Mind {
  if (serverNowMs === null) return mind
  const clockMs = serverNowMs - nowMs
  return mind.clockMs !== null && Math.abs(clockMs - mind.clockMs) < otherClockMs ? mind : { ...mind, clockMs, settling: true, drifts: [] }
}

/** Notes what has become of the order that is under way, and what that has cost. */
function witness(mind: Mind, situation: Situation): Mind {
  const { nowMs, seen } = situation
  const stood = mind.still.positionS === seen.positionS
  const { underWay } = mind
  const noted = {
    ...mind,
    still: stood ? mind.still : { positionS: seen.positionS, sinceMs: nowMs },
    course: underWay ? { positionS: seen.positionS, atMs: nowMs } : goOn(mind.course, seen, nowMs),
  }
  if (!underWay) return noted
  const sinceMs = nowMs - underWay.sinceMs
  if (underWay.type === 'play') return witnessStart(noted, underWay, situation)
  // A jump is over when there is a picture to go on from, and costs as long.
  if (seen.seeking || sinceMs < 15 || (underWay.isTypical && seen.paused && !seen.canPlay && sinceMs < takenWithinMs)) {
    // Data for a place that the room has left are not waited for.
    const isGivenUp = sinceMs > (mind.led ? longJumpMs : 10 * takenWithinMs)
    return isGivenUp ? { ...noted, underWay: null } : noted
  }
  const landed = { ...noted, underWay: null, lastJumpMs: nowMs }
  if (!seen.paused) return { ...landed, startedMs: nowMs, drifts: [] }
  return seen.canPlay && underWay.isTypical ? { ...landed, seekCost: learnCost(noted.seekCost, sinceMs) } : landed
}

/** Whether the timeline only says anew what the one before it says too, or changes its rate: when it begins, and until then, while it stands there. */
function goesOn(before: Playback, after: Playback, serverNowMs: number): boolean {
  if (!before.playing || !after.playing) return false
  const instants = [after.at_ms, Math.min(serverNowMs, after.at_ms)]
  return instants.every((atMs) => Math.abs(positionAt(before, atMs) - after.time) < goesOnWithinS)
}

function witnessStart(mind: Mind, underWay: UnderWay & { type: 'play' }, { nowMs, seen }: Situation): Mind {
  const sinceMs = nowMs - underWay.sinceMs
  const movedS = seen.positionS - underWay.fromS
  if (seen.ended) return { ...mind, underWay: null }
  if (seen.paused || movedS <= 0.004 * seen.rate) return sinceMs > takenWithinMs ? { ...mind, underWay: null } : mind
  // What took very long, or began without data, was waiting for them, which says nothing of the next start.
  const movedMs = Math.min((movedS / seen.rate) * 1000, nowMs - mind.lookedMs)
  const costMs = sinceMs - movedMs
  const startCost = underWay.isTypical && costMs < 1_500 ? learnCost(mind.startCost, costMs) : mind.startCost
  return { ...mind, underWay: null, startCost, startedMs: nowMs, drifts: [] }
}

/** The room is paused: the player stands where the room does, and says so when it could play from there. */
function hold(mind: Mind, situation: Situation, playback: Playback): Look {
  const { seen } = situation
  const here: Mind = { ...mind, mode: playback.time >= seen.durationS ? 'ended' : 'holding', correction: null }
  if (!seen.paused) return { ...rest(here, lookMs.underWay), orders: [{ type: 'pause' }] }
  const isElsewhere = Math.abs(seen.positionS - playback.time) > nearS
  // Without data a jump only says which are wanted: some players take none before they have some.
  if (isElsewhere && !seen.canPlay && mind.led && here.mode === 'holding') return uncounted(seek(here, playback.time, situation))
  // Some players stop near where they were told to, and no nearer: one try a timeline.
  if (isElsewhere && seen.canPlay && mind.jumps === 0) return seek(here, playback.time, situation)
  return rest({ ...here, ready: mind.ready || seen.canPlay || seen.loadsLater }, lookMs.holding)
}

/** The room has gone past the end, where nobody need be waited for: who is about to be there too is left alone; who plays elsewhere, as one does who has begun anew by itself, comes back. */
function end(mind: Mind, situation: Playing): Look {
  const { seen, policy, nowMs } = situation
  const here: Mind = { ...mind, mode: 'ended', correction: null, ready: true }
  const shortS = seen.durationS - seen.positionS
  const isElsewhere = shortS * 1000 > policy.seek_beyond_ms
  // As where the room is paused. Without data dash.js would take the first that it gets for all that there are.
  if (seen.paused && !seen.ended && seen.canPlay && shortS > nearS && mind.jumps === 0) return seek(here, seen.durationS, situation)
  if (seen.paused || !seen.canPlay || !isElsewhere) return rest(here, lookMs.idle)
  return mayJumpAgain(mind, nowMs) ? seek(here, seen.durationS, situation) : { ...rest(here, lookMs.underWay), orders: [{ type: 'pause' }] }
}

/** Past the end of the medium the room stands at its end. */
function within(playback: Playback, durationS: number): Playback {
  return playback.time > durationS ? { ...playback, time: durationS, playing: false } : playback
}

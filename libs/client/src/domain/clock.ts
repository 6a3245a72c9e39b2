/**
 * The server's clock, learned from answers to TIME_SYNC. Local instants are milliseconds of a clock that goes on evenly, such as
 * `performance.now()`; the true offset of the server's clock lies within half of the round trip of what an answer shows, always.
 */
export interface ServerClockState {
  /** What answers have shown, oldest first: at most `windowLength`, none older than `windowMs`. */
  readonly shown: readonly Shown[]
  /** An answer that contradicts all others: the clocks have been set, or it is wrong. The next answer decides. */
  readonly doubt: Shown | null
  /** From ROOM_STATE, whose way here took unknown long; used until there is better. */
  readonly hintMs: number | null
}

interface Shown {
  readonly atMs: number
  readonly offsetMs: number
  readonly roundTripMs: number
}

/** The four timestamps of one exchange: local, server, server, local. */
export interface Exchange {
  readonly sentMs: number
  readonly arrivedAtMs: number
  readonly answeredAtMs: number
  readonly receivedMs: number
}

export interface Estimate {
  /** Add it to a local instant to have the server's. */
  readonly offsetMs: number
  /** By how much `offsetMs` may be off: half of the best round trip, and what drift may have added since. Infinite for a hint. */
  readonly errorMs: number
  /** How much faster the server's clock goes, in millionths; 0 until the window tells it apart from noise. */
  readonly driftPpm: number
}

const windowLength = 40
const windowMs = 6 * 60_000
/** How far two clocks may drift apart while nothing is known of it, in millionths: twice 100. */
const unknownDriftPpm = 200
/** What a known drift may still be wrong by, also because clocks change with temperature. */
const knownDriftPpm = 30
/** Server instants are whole milliseconds. */
const roundingMs = 1

/**
 * When to ask again, in milliseconds, after it was asked so many times: in haste at first, and soon for a while, because players are led by
 * what is known; then now and then.
 */
export function askAgainInMs(asked: number): number {
  if (asked < 6) return 150
  return asked < 20 ? 1_000 : 10_000
}

export const unknownClock: ServerClockState = { shown: [], doubt: null, hintMs: null }

/** Takes note of a server instant that arrived at `nowMs`. */
export function hintServerTime(clock: ServerClockState, serverMs: number, nowMs: number): ServerClockState {
  return { ...clock, hintMs: serverMs - nowMs }
}

/** Takes an answer in. One whose numbers are impossible changes nothing. */
export function learn(clock: ServerClockState, exchange: Exchange): ServerClockState {
  const one = shownBy(exchange)
  if (!one) return clock
  const known = clock.shown.filter(({ atMs }) => one.atMs - atMs <= windowMs)
  if (known.every((other) => agree(one, other))) return { ...clock, shown: [...known, one].slice(-windowLength), doubt: null }
  // Two that contradict the others and agree with each other: the clocks have been set, and the others are history.
  if (clock.doubt && agree(one, clock.doubt)) return { ...clock, shown: [clock.doubt, one], doubt: null }
  return { ...clock, shown: known, doubt: one }
}

/** What is known at the local instant `nowMs`; null when nothing is. */
export function estimateAt({ shown, hintMs }: ServerClockState, nowMs: number): Estimate | null {
  if (shown.length === 0) return hintMs === null ? null : { offsetMs: hintMs, errorMs: Number.POSITIVE_INFINITY, driftPpm: 0 }
  const drift = driftOf(shown)
  const allowancePpm = drift === null ? unknownDriftPpm : knownDriftPpm
  const bounded = shown.map((one) => ({
    offsetMs: one.offsetMs + ((drift ?? 0) * (nowMs - one.atMs)) / 1e6,
    errorMs: one.roundTripMs / 2 + (allowancePpm * (nowMs - one.atMs)) / 1e6 + roundingMs,
  }))
  const errorMs = Math.min(...bounded.map((one) => one.errorMs))
  // Those nearly as good as the best, together: what chance added to each evens out.
  const good = bounded.filter((one) => one.errorMs <= errorMs + 2)
  const offsetMs = good.reduce((sum, one) => sum + one.offsetMs, 0) / good.length
  return { offsetMs, errorMs, driftPpm: drift ?? 0 }
}

/** Half of the best round trip that was seen lately: what a frame takes, about. Null before there was one. */
export function delayOf({ shown }: ServerClockState): number | null {
  return shown.length === 0 ? null : Math.min(...shown.map(({ roundTripMs }) => roundTripMs)) / 2
}

function shownBy({ sentMs, arrivedAtMs, answeredAtMs, receivedMs }: Exchange): Shown | undefined {
  const roundTripMs = receivedMs - sentMs - (answeredAtMs - arrivedAtMs)
  if (!(roundTripMs > -roundingMs) || answeredAtMs < arrivedAtMs) return undefined
  const offsetMs = (arrivedAtMs - sentMs + (answeredAtMs - receivedMs)) / 2
  return Number.isFinite(offsetMs) ? { atMs: (sentMs + receivedMs) / 2, offsetMs, roundTripMs: Math.max(0, roundTripMs) } : undefined
}

/** Whether one offset can explain both answers. */
function agree(one: Shown, other: Shown): boolean {
  const apartMs = Math.abs(one.offsetMs - other.offsetMs)
  const driftMs = (unknownDriftPpm * Math.abs(one.atMs - other.atMs)) / 1e6
  return apartMs <= (one.roundTripMs + other.roundTripMs) / 2 + driftMs + 2 * roundingMs
}

/** The slope of the offsets over time, in millionths, by least squares over the better answers; null while it could as well be chance. */
function driftOf(shown: readonly Shown[]): number | null {
  const best = Math.min(...shown.map(({ roundTripMs }) => roundTripMs))
  const good = shown.filter(({ roundTripMs }) => roundTripMs <= best * 1.15 + 8)
  if (good.length < 8) return null
  const meanAt = mean(good.map(({ atMs }) => atMs))
  const meanOffset = mean(good.map(({ offsetMs }) => offsetMs))
  const spread = good.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0)
  if (spread === 0) return null
  const slope = good.reduce((sum, { atMs, offsetMs }) => sum + (atMs - meanAt) * (offsetMs - meanOffset), 0) / spread
  const rest = good.reduce((sum, { atMs, offsetMs }) => sum + (offsetMs - meanOffset - slope * (atMs - meanAt)) ** 2, 0)
  const standardErrorPpm = Math.sqrt(rest / (good.length - 2) / spread) * 1e6
  const slopePpm = slope * 1e6
  return standardErrorPpm <= 20 && Math.abs(slopePpm) <= unknownDriftPpm ? slopePpm : null
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

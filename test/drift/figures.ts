import type { Recording, Timeline } from './page/recording'
import { type Quantiles, quantilesOf, round } from './quantiles'
import { targetAt, type Window, windowsOf } from './timelines'
import { type Track, trackOf } from './track'

/** One page's visit. */
export interface Visit {
  readonly name: string
  /** It came while the others played. */
  readonly late: boolean
  /** What is added to the page's instants to have the runner's, and by how much that may be off. */
  readonly offsetMs: number
  readonly offsetErrorMs: number
  readonly recording: Recording
}

/** All in milliseconds, unless it says otherwise. */
export interface Figures {
  /** Between any two whose pictures move, fifty times a second. */
  readonly drift_ms: Quantiles
  /** Between the one furthest ahead and the one furthest behind. */
  readonly spread_ms: Quantiles
  /** The share of such instants at which any two see the same frame, or are at most one apart. */
  readonly same_frame: { readonly same: number; readonly at_most_one_apart: number }
  /** Of any picture to where the room is by the server's clock. */
  readonly off_timeline_ms: Quantiles
  /** Between any two, 400 ms after the instant of a start: their first, a later one, and a jump of the room. */
  readonly first_start_spread_ms: Quantiles
  readonly start_spread_ms: Quantiles
  readonly jump_spread_ms: Quantiles
  /** Viewers whose picture did not move yet, 400 ms after a start or jump. */
  readonly begun_late: number
  /** From when a late viewer could play until its picture was within 40 ms of the room, and for nine tenths of the second after. */
  readonly late_join_ms: Quantiles
  /** Late viewers that never were. */
  readonly never_in_sync: number
  readonly clock_error_ms: Quantiles
  readonly clock_beyond_bound: number
  readonly jumps_per_reason: { readonly most: number; readonly mean: number }
  readonly corrections_per_minute: number
  /** How far a page's own idea of the common clock was off, at most, and what that is known to. */
  readonly page_clock_ms: { readonly offset: number; readonly error: number }
  readonly start_cost_ms: readonly number[]
  readonly frames: number
}

const sampleMs = 20
const begunMs = 400
const inSyncMs = 40
const staysMs = 1_000

/** What the visits tell, if each frame lasts `frameMs`. */
export function figuresOf(visits: readonly Visit[], frameMs: number): Figures {
  const seats = visits.map((visit) => ({ visit, track: trackOf(visit.recording, visit.offsetMs, frameMs) }))
  const windows = windowsOf(visits)
  const sampled = sample(seats, windows, frameMs)
  const starts = windows.map((window) => ({
    window,
    offMs: seats.map(({ track }) => offAt(track, window.timeline, window.fromMs + begunMs)),
  }))
  const spreadOf = (kinds: readonly Window['kind'][]) =>
    quantilesOf(starts.filter(({ window }) => kinds.includes(window.kind)).flatMap(({ offMs }) => between(offMs.filter(isNumber))))
  const joins = seats.filter(({ visit }) => visit.late).map(({ visit, track }) => joinOf(visit, track, windows))
  const clocks = visits.flatMap(({ recording, offsetMs }) =>
    recording.clock.map(({ atMs, serverMs, errorMs }) => ({ offMs: Math.abs(serverMs - (atMs + offsetMs)), errorMs })),
  )
  const jumps = visits.flatMap(jumpsOf)
  const playedMs = windows.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0)
  const corrections = visits.reduce((sum, { recording }) => sum + correctionsOf(recording), 0)
  return {
    drift_ms: quantilesOf(sampled.drift),
    spread_ms: quantilesOf(sampled.spread),
    same_frame: {
      same: round(shareOf(sampled.framesApart, (apart) => apart === 0)),
      at_most_one_apart: round(shareOf(sampled.framesApart, (apart) => apart <= 1)),
    },
    off_timeline_ms: quantilesOf(sampled.offTimeline),
    first_start_spread_ms: spreadOf(['first_start']),
    start_spread_ms: spreadOf(['start']),
    jump_spread_ms: spreadOf(['jump']),
    begun_late: starts.reduce(
      (sum, { window, offMs }) => sum + visits.filter((visit, at) => isIn(visit, window) && offMs[at] === undefined).length,
      0,
    ),
    late_join_ms: quantilesOf(joins.filter(isNumber)),
    never_in_sync: joins.filter((join) => join === undefined).length,
    clock_error_ms: quantilesOf(clocks.map(({ offMs }) => offMs)),
    // The checks of the pages' own clocks are exact to a fraction of a millisecond only.
    clock_beyond_bound: clocks.filter(({ offMs, errorMs }) => offMs > errorMs + 1).length,
    jumps_per_reason: {
      most: Math.max(0, ...jumps),
      mean: round(jumps.reduce((sum, count) => sum + count, 0) / Math.max(1, jumps.length)),
    },
    corrections_per_minute: round(corrections / Math.max(1, sampled.seats) / (playedMs / 60_000)),
    page_clock_ms: {
      offset: round(Math.max(...visits.map(({ offsetMs }) => Math.abs(offsetMs)))),
      error: round(Math.max(...visits.map(({ offsetErrorMs }) => offsetErrorMs))),
    },
    start_cost_ms: visits.map(({ recording }) => recording.startCostMs),
    frames: seats.reduce((sum, { track }) => sum + track.frames, 0),
  }
}

interface Seat {
  readonly visit: Visit
  readonly track: Track
}

/** Looks at all pictures that move while the room plays. */
function sample(seats: readonly Seat[], windows: readonly Window[], frameMs: number) {
  const found = { drift: [] as number[], spread: [] as number[], framesApart: [] as number[], offTimeline: [] as number[], seats: 0 }
  let [instants, moving] = [0, 0]
  for (const { timeline, fromMs, untilMs } of windows) {
    for (let atMs = fromMs; atMs < untilMs; atMs += sampleMs) {
      const positionsS = seats.map(({ track }) => track.positionAt(atMs)).filter(isNumber)
      const offMs = positionsS.map((positionS) => ((positionS - targetAt(timeline, atMs)) * 1000) / timeline.rate)
      instants++
      moving += offMs.length
      found.offTimeline.push(...offMs.map(Math.abs))
      if (offMs.length < 2) continue
      found.drift.push(...between(offMs))
      found.spread.push(Math.max(...offMs) - Math.min(...offMs))
      found.framesApart.push(...between(positionsS.map((positionS) => Math.floor((positionS * 1000) / frameMs + 0.01))))
    }
  }
  return { ...found, seats: instants === 0 ? 0 : moving / instants }
}

function offAt(track: Track, timeline: Timeline, atMs: number): number | undefined {
  const positionS = track.positionAt(atMs)
  return positionS === undefined ? undefined : ((positionS - targetAt(timeline, atMs)) * 1000) / timeline.rate
}

/** Whether the page was there when the window began, and stayed. */
function isIn({ recording, offsetMs }: Visit, { heardMs, fromMs }: Window): boolean {
  const [first, last] = [recording.timelines[0], recording.clock.at(-1)]
  return first !== undefined && last !== undefined && first.atMs + offsetMs < heardMs && last.atMs + offsetMs > fromMs + begunMs
}

function joinOf({ recording, offsetMs }: Visit, track: Track, windows: readonly Window[]): number | undefined {
  const ready = recording.turns.find(({ type }) => type === 'loadeddata')
  if (!ready) return undefined
  const readyMs = ready.atMs + offsetMs
  const window = windows.find(({ fromMs, untilMs }) => readyMs >= fromMs && readyMs < untilMs)
  if (!window) return undefined
  const near: boolean[] = []
  for (let atMs = readyMs; atMs < window.untilMs; atMs += sampleMs) {
    const offMs = offAt(track, window.timeline, atMs)
    near.push(offMs !== undefined && Math.abs(offMs) <= inSyncMs)
  }
  const samples = staysMs / sampleMs
  const begins = near.findIndex((its, at) => its && at + samples <= near.length && shareOf(near.slice(at, at + samples), Boolean) >= 0.9)
  return begins < 0 ? undefined : begins * sampleMs
}

/** Jumps of the player for each of its reasons: coming in, and every timeline that it was told of. Before it has loaded nothing is seen of one. */
function jumpsOf({ recording }: Visit): readonly number[] {
  const loadedMs = recording.turns.find(({ type }) => type === 'loadeddata')?.atMs ?? Number.POSITIVE_INFINITY
  const reasons = [Number.NEGATIVE_INFINITY, ...recording.timelines.slice(1).map(({ atMs }) => atMs), Number.POSITIVE_INFINITY]
  const seeks = recording.turns.filter(({ type, atMs }) => type === 'seeking' && atMs > loadedMs)
  return reasons.slice(1).map((untilMs, at) => seeks.filter(({ atMs }) => atMs >= (reasons[at] ?? untilMs) && atMs < untilMs).length)
}

const correctionsOf = ({ turns }: Recording): number => turns.filter(({ type, rate }) => type === 'ratechange' && rate !== 1).length

const between = (values: readonly number[]): number[] =>
  values.flatMap((one, at) => values.slice(at + 1).map((other) => Math.abs(one - other)))

const shareOf = <Value>(values: readonly Value[], holds: (value: Value) => boolean): number =>
  values.length === 0 ? Number.NaN : values.filter(holds).length / values.length

const isNumber = (value: number | undefined): value is number => value !== undefined

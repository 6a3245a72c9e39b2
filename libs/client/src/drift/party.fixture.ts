import { defaultPlaybackPolicy } from '@matinee/contracts/default-playback-policy'
import type { Random } from '@matinee/test/support'
import type { Media, Playback } from '../contract-types'
import { positionAt } from '../domain/timeline'
import { createAgenda } from '../simulation/agenda.fixture'
import { createViewer, type ViewerTraits } from './viewer.fixture'

/** Who watches together, for how long, and what happens to them. */
export interface Scenario {
  readonly name: string
  readonly viewers: number
  readonly forMs: number
  readonly traits: (random: Random) => ViewerTraits
  /** How often a player runs out of data, on average; 0 for never. */
  readonly stallEveryMs: number
  /** The share of viewers who come while it plays. */
  readonly late: number
}

/** What was seen, in milliseconds, each by its own kind. */
export interface Measured {
  /** Between any two who play, twenty times a second. */
  readonly drift: number[]
  /** Between any two, right when they begin: those who know what a start costs them, and those for whom it is the first. */
  readonly start: number[]
  readonly firstStart: number[]
  readonly clock: number[]
  /** How often a clock was further off than it said it may be. */
  clockBeyondBound: number
  /** From when a late player could play until it was, and stayed, within 40 ms. */
  readonly lateJoin: number[]
  /** Late ones who never were. */
  neverInSync: number
  /** Jumps of one player for one reason: a start, a jump of the room, a stall, coming in. */
  readonly jumps: number[]
  /** Changes of rate per viewer and minute of playing. */
  correctionsPerMinute: number
}

const media: Media = { provider: 'file', id: 'film', url: 'https://example.org/film.mp4' }
const durationS = 7_200
const sampleMs = 50
const inSyncMs = 40
const staysMs = 1_000
/** A start is looked at when everybody who was ready has begun. */
const begunMs = 400

type Viewer = ReturnType<typeof createViewer>
interface Seat {
  readonly viewer: Viewer
  readonly late: boolean
  starts: number
  jumpsBefore: number
  readyMs: number | undefined
  nearMs: number | undefined
  joined: boolean
}

/** Plays a scenario through, and measures it by the simulator's own clock. */
export function watch(scenario: Scenario, random: Random): Measured {
  const agenda = createAgenda()
  const seats: Seat[] = []
  let playback: Playback = { media, playing: false, time: 0, at_ms: 0, rate: 1, version: 0, user: null }
  const measured: Measured = {
    drift: [],
    start: [],
    firstStart: [],
    clock: [],
    clockBeyondBound: 0,
    lateJoin: [],
    neverInSync: 0,
    jumps: [],
    correctionsPerMinute: 0,
  }
  const target = () => positionAt(playback, agenda.nowMs)
  const driftOf = ({ viewer }: Seat) => ((viewer.player.positionS - target()) / playback.rate) * 1000
  const anotherReason = (seat: Seat) => {
    measured.jumps.push(seat.viewer.jumps - seat.jumpsBefore)
    seat.jumpsBefore = seat.viewer.jumps
  }

  function sitDown(late: boolean): void {
    const viewer = createViewer(agenda, random, scenario.traits(random), defaultPlaybackPolicy, durationS)
    const seat: Seat = { viewer, late, starts: 0, jumpsBefore: 0, readyMs: undefined, nearMs: undefined, joined: false }
    seats.push(seat)
    viewer.tell(playback)
    if (scenario.stallEveryMs > 0) stallSometimes(seat)
  }

  function stallSometimes(seat: Seat): void {
    agenda.after(-Math.log(1 - random.next()) * scenario.stallEveryMs, () => {
      if (seat.viewer.player.moves) {
        anotherReason(seat)
        seat.viewer.player.stall(200 + random.next() * 1_300)
      }
      stallSometimes(seat)
    })
  }

  function tell(change: Partial<Playback>): void {
    const leads = seats.map(({ viewer }) => viewer.leadMs()).sort((one, other) => one - other)
    const lead = Math.min(2_000, Math.max(100, leads[Math.ceil(leads.length * 0.95) - 1] ?? 200))
    const starts = change.playing === true || (playback.playing && change.time !== undefined && change.playing === undefined)
    playback = { ...playback, ...change, at_ms: Math.round(agenda.nowMs + (starts ? lead : 0)), version: playback.version + 1 }
    for (const seat of seats) {
      anotherReason(seat)
      seat.viewer.tell(playback)
    }
    if (starts) agenda.at(playback.at_ms + begunMs, lookAtStart)
  }

  function lookAtStart(): void {
    const begun = seats.filter(({ viewer }) => viewer.player.moves && viewer.mind.jumps <= 1)
    for (const [all, group] of [
      [measured.start, begun.filter(({ starts }) => starts > 0)],
      [measured.firstStart, begun.filter(({ starts }) => starts === 0)],
    ] as const)
      all.push(...between(group.map(driftOf), random))
    for (const seat of begun) seat.starts++
  }

  function sample(): void {
    const playing = playback.playing && agenda.nowMs >= playback.at_ms
    if (playing) measured.drift.push(...between(seats.filter(({ viewer }) => viewer.player.moves).map(driftOf), random))
    for (const seat of seats) {
      const error = seat.viewer.clockError()
      if (error) {
        measured.clock.push(Math.abs(error.offMs))
        if (Math.abs(error.offMs) > error.boundMs) measured.clockBeyondBound++
      }
      if (playing) lookAtLate(seat)
    }
    agenda.after(sampleMs, sample)
  }

  function lookAtLate(seat: Seat): void {
    if (!seat.late || seat.joined || !seat.viewer.player.loaded) return
    seat.readyMs ??= agenda.nowMs
    const near = seat.viewer.player.moves && Math.abs(driftOf(seat)) <= inSyncMs
    seat.nearMs = near ? (seat.nearMs ?? agenda.nowMs) : undefined
    if (seat.nearMs === undefined || agenda.nowMs - seat.nearMs < staysMs) return
    seat.joined = true
    measured.lateJoin.push(seat.nearMs - seat.readyMs)
  }

  const late = Math.round(scenario.viewers * scenario.late)
  for (let place = 0; place < scenario.viewers - late; place++) agenda.at(random.next() * 2_000, () => sitDown(false))
  // Never right before the host does something, so that one reason is not taken for another.
  for (let place = 0; place < late; place++) agenda.at(12_000 + random.next() * 10_000, () => sitDown(true))
  agenda.at(5_000, () => tell({ playing: true, time: 0 }))
  agenda.at(5_000, sample)
  for (let atMs = 30_000, turn = 0; atMs < scenario.forMs - 20_000; atMs += 30_000, turn++) {
    if (turn % 3 === 2) agenda.at(atMs, () => tell({ time: random.next() * 3_600 }))
    else {
      agenda.at(atMs, () => tell({ playing: false, time: target() }))
      agenda.at(atMs + 5_000, () => tell({ playing: true, time: target() }))
    }
  }
  while (agenda.nowMs < scenario.forMs && agenda.next());
  for (const seat of seats) anotherReason(seat)
  const corrections = seats.reduce((sum, { viewer }) => sum + viewer.corrections, 0)
  measured.neverInSync = seats.filter((seat) => seat.late && !seat.joined).length
  return { ...measured, correctionsPerMinute: corrections / seats.length / (scenario.forMs / 60_000) }
}

/** How far apart any two are; of a crowd, two hundred pairs by chance. */
function between(values: readonly number[], random: Random): number[] {
  if (values.length < 2) return []
  if (values.length <= 12) return values.flatMap((one, at) => values.slice(at + 1).map((other) => Math.abs(one - other)))
  return Array.from({ length: 200 }, () => {
    const one = random.below(values.length)
    // Any but the same, who would be no distance from itself.
    const other = (one + 1 + random.below(values.length - 1)) % values.length
    return Math.abs((values[one] ?? 0) - (values[other] ?? 0))
  })
}

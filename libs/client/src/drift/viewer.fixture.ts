import type { Random } from '@matinee/test/support'
import type { Playback, PlaybackPolicy } from '../contract-types'
import { askAgainInMs, delayOf, estimateAt, learn, type ServerClockState, unknownClock } from '../domain/clock'
import { putOffMs } from '../domain/costs'
import { look } from '../domain/follower'
import { freshMind, type Mind } from '../domain/mind'
import type { Agenda } from '../simulation/agenda.fixture'
import { createPlayer, type PlayerTraits } from './player.fixture'

/** The way between one viewer and the server. */
export interface WayTraits {
  readonly roundTripMs: number
  /** The share of the round trip that is the way to the server. */
  readonly upShare: number
  readonly jitterMs: number
  /** Lost packets come again after a while: frames are late, never missing. */
  readonly loss: number
}

export interface ViewerTraits {
  readonly player: PlayerTraits
  readonly way: WayTraits
  readonly clockOffsetMs: number
  readonly clockSkewPpm: number
}

const resentAfterMs = 250

/** One viewer: a player, a clock of its own that is off and drifts, a way to the server, and the follower that is being measured. */
export function createViewer(agenda: Agenda, random: Random, traits: ViewerTraits, policy: PlaybackPolicy, durationS: number) {
  const player = createPlayer(agenda, random, traits.player, durationS)
  let clock: ServerClockState = unknownClock
  let mind: Mind = freshMind
  let playback: Playback | null = null
  let offLook = () => {}
  let [jumps, corrections, syncs] = [0, 0, 0]
  const localMs = () => agenda.nowMs * (1 + traits.clockSkewPpm / 1e6) + traits.clockOffsetMs
  const delayed = (share: number) => {
    const { roundTripMs, jitterMs, loss } = traits.way
    const late = random.next() < loss ? resentAfterMs * (1 + random.next()) : 0
    return roundTripMs * share + Math.abs(normal(random)) * jitterMs + late
  }

  function sync(): void {
    const sentMs = localMs()
    agenda.after(delayed(traits.way.upShare), () => {
      const serverMs = Math.round(agenda.nowMs)
      agenda.after(delayed(1 - traits.way.upShare), () => {
        clock = learn(clock, { sentMs, arrivedAtMs: serverMs, answeredAtMs: serverMs, receivedMs: localMs() })
      })
    })
    agenda.after(askAgainInMs(++syncs), sync)
  }
  sync()

  function turn(): void {
    offLook()
    const nowMs = localMs()
    const estimate = estimateAt(clock, nowMs)
    const serverNowMs = estimate ? nowMs + estimate.offsetMs : null
    const next = look(mind, { nowMs, serverNowMs, seen: player.seen(), playback, policy })
    mind = next.mind
    for (const order of next.orders) {
      if (order.type === 'play') player.play()
      else if (order.type === 'pause') player.pause()
      else if (order.type === 'rate') {
        if (order.rate !== playback?.rate) corrections++
        player.setRate(order.rate)
      } else if (order.type === 'seek') {
        // Before it has loaded there is nothing to see of a jump.
        if (player.loaded) jumps++
        player.seek(order.toS)
      }
    }
    // Timers come late, more often than not by a little.
    offLook = agenda.after(next.againInMs + random.next() * 4, turn)
  }
  turn()

  return {
    player,
    get mind() {
      return mind
    },
    get jumps() {
      return jumps
    },
    get corrections() {
      return corrections
    },
    /** How far its idea of the server's clock is off, and how far it says that may be; null before it has one. */
    clockError(): { readonly offMs: number; readonly boundMs: number } | null {
      const estimate = estimateAt(clock, localMs())
      return estimate && { offMs: localMs() + estimate.offsetMs - agenda.nowMs, boundMs: estimate.errorMs }
    },
    /** What a start has to be put off for this viewer to be there. */
    leadMs: () => (delayOf(clock) ?? 100) + (estimateAt(clock, localMs())?.errorMs ?? 50) + putOffMs(mind.startCost),
    /** The server tells of a timeline. */
    tell(next: Playback): void {
      agenda.after(delayed(1 - traits.way.upShare), () => {
        if (playback && playback.version > next.version) return
        playback = next
        turn()
      })
    },
  }
}

/** Chance as it is in nature: most often near 0, seldom beyond 2. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

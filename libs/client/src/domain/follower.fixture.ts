import { defaultPlaybackPolicy } from '@matinee/contracts/default-playback-policy'
import type { Playback, PlaybackPolicy } from '../contract-types'
import { type Cost, learnCost, unknownCost } from './costs'
import { look } from './follower'
import { freshMind, type Mind, type Order, type Seen, type Situation } from './mind'

export const media = { provider: 'file', id: 'film', url: 'https://example.org/film.mp4' }
export const timeline = (more: Partial<Playback> = {}): Playback => ({
  media,
  playing: true,
  time: 100,
  at_ms: 0,
  rate: 1,
  version: 1,
  user: null,
  ...more,
})

/** A cost that has been measured. */
export const known = (costMs: number): Cost => learnCost(unknownCost(0), costMs)

/** A player that does at once what it is told, begins anew when it is told to play at its end, and stands where the test puts it. The server's clock is the local one. */
export function setup(more: Partial<Playback> = {}, seenMore: Partial<Seen> = {}) {
  // It begins at once, and that is known.
  let mind: Mind = { ...freshMind, playback: timeline({ version: 0, playing: false }), startCost: known(0) }
  let nowMs = 0
  let aheadMs: number | null = 0
  let jumpsSlowly = false
  let playback = timeline(more)
  let thresholds = defaultPlaybackPolicy
  const seen = {
    positionS: 100,
    paused: true,
    ended: false,
    seeking: false,
    canPlay: true,
    loadsLater: false,
    rate: 1,
    durationS: 7_200,
    ...seenMore,
  }
  const orders: Order[] = []

  const situation = (): Situation => ({
    nowMs,
    serverNowMs: aheadMs === null ? null : nowMs + aheadMs,
    seen: { ...seen },
    playback,
    policy: thresholds,
  })

  function turn(): readonly Order[] {
    const done = look(mind, situation())
    mind = done.mind
    for (const order of done.orders) obey(order)
    return done.orders
  }

  function obey(order: Order): void {
    orders.push(order)
    if (order.type === 'play') {
      if (seen.ended) seen.positionS = 0
      seen.paused = seen.ended = false
    } else if (order.type === 'pause') seen.paused = true
    else if (order.type === 'seek') {
      seen.positionS = order.toS
      seen.seeking = jumpsSlowly
      seen.ended = order.toS >= seen.durationS
    } else if (order.type === 'rate') seen.rate = order.rate
  }

  function goOn(): void {
    seen.positionS = Math.min(seen.durationS, seen.positionS + 0.005 * seen.rate)
    if (seen.positionS === seen.durationS) seen.paused = seen.ended = true
  }

  return {
    seen,
    orders,
    turn,
    situation,
    jumpSlowly: () => {
      jumpsSlowly = true
    },
    get mind() {
      return mind
    },
    set mind(next: Mind) {
      mind = next
    },
    tell: (next: Partial<Playback>) => {
      playback = { ...playback, ...next, version: playback.version + 1 }
    },
    /** By how much the server's clock is ahead; null for not known. */
    setClock: (next: number | null) => {
      aheadMs = next
    },
    setPolicy: (next: Partial<PlaybackPolicy>) => {
      thresholds = { ...thresholds, ...next }
    },
    /** Time passes in steps of 5 ms; a player that plays goes on, unless it is held. */
    pass(byMs: number, { held = false } = {}): readonly Order[] {
      const before = orders.length
      for (const untilMs = nowMs + byMs; nowMs < untilMs; ) {
        nowMs += 5
        if (!seen.paused && !held && !seen.seeking) goOn()
        turn()
      }
      return orders.slice(before)
    },
    get nowMs() {
      return nowMs
    },
  }
}

/** One that plays along, `driftMs` off. */
export function following(driftMs: number, settled = true) {
  const player = setup({ at_ms: 0 }, { paused: false, positionS: 100 })
  player.turn()
  player.pass(500)
  player.mind = { ...player.mind, settling: !settled, drifts: [] }
  player.seen.positionS += driftMs / 1000
  return player
}

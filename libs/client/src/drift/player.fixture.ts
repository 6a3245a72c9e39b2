import type { Random } from '@matinee/test/support'
import type { Seen } from '../domain/mind'
import type { Agenda } from '../simulation/agenda.fixture'

/** How one viewer's player behaves. */
export interface PlayerTraits {
  /** From play() to the first frame that moves, and how much that varies. */
  readonly startMs: number
  readonly startJitterMs: number
  readonly seekMs: number
  readonly seekJitterMs: number
  /** What it takes to load before it can play at all. */
  readonly loadMs: number
  /** How much faster its media clock goes than true time, in millionths. */
  readonly skewPpm: number
  /** By how much a position that it tells may be off. */
  readonly noiseMs: number
}

/** A player of which the true position is known at every instant of the simulator's clock. */
export function createPlayer(agenda: Agenda, random: Random, traits: PlayerTraits, durationS: number) {
  let [positionS, anchorMs, rate] = [0, agenda.nowMs, 1]
  let [wantsPlay, moves, seeking, loaded, stalled] = [false, false, false, false, false]
  let offStart = () => {}
  let offSeek = () => {}
  const around = (middleMs: number, jitterMs: number) => Math.max(1, middleMs + jitterMs * (2 * random.next() - 1))

  const truePositionS = () =>
    moves ? Math.min(durationS, positionS + ((agenda.nowMs - anchorMs) / 1000) * rate * (1 + traits.skewPpm / 1e6)) : positionS
  const atEnd = () => truePositionS() === durationS
  const anchor = () => {
    positionS = truePositionS()
    anchorMs = agenda.nowMs
  }
  const setMoves = (value: boolean) => {
    anchor()
    moves = value
  }
  const begin = () => {
    if (wantsPlay && !seeking && loaded && !stalled) setMoves(true)
  }
  agenda.after(traits.loadMs, () => {
    loaded = true
    if (wantsPlay) offStart = agenda.after(around(traits.startMs, traits.startJitterMs), begin)
  })

  return {
    get positionS() {
      return truePositionS()
    },
    get moves() {
      return moves
    },
    get loaded() {
      return loaded
    },
    get isStalled() {
      return stalled
    },
    seen(): Seen {
      const noiseS = moves ? (traits.noiseMs / 1000) * (2 * random.next() - 1) : 0
      return {
        positionS: Math.max(0, truePositionS() + noiseS),
        paused: !wantsPlay || atEnd(),
        ended: atEnd(),
        seeking,
        canPlay: loaded && !stalled && !seeking,
        loadsLater: false,
        rate,
        durationS,
      }
    },
    play(): void {
      if (wantsPlay) return
      wantsPlay = true
      offStart()
      offStart = agenda.after(around(traits.startMs, traits.startJitterMs), begin)
    },
    pause(): void {
      wantsPlay = false
      offStart()
      setMoves(false)
    },
    seek(toS: number): void {
      setMoves(false)
      positionS = toS
      seeking = true
      offSeek()
      offSeek = agenda.after(around(traits.seekMs, traits.seekJitterMs), () => {
        seeking = false
        begin()
      })
    },
    setRate(value: number): void {
      anchor()
      rate = value
    },
    /** Runs out of data for so long. */
    stall(forMs: number): void {
      if (!moves || stalled) return
      setMoves(false)
      stalled = true
      agenda.after(forMs, () => {
        stalled = false
        begin()
      })
    },
  }
}

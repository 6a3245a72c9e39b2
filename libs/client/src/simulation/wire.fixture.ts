import type { Random } from '@matinee/test/support'
import type { Agenda } from './agenda.fixture'

/** What may become of what travels, as chances per frame. */
export interface WireFaults {
  readonly drop: number
  readonly duplicate: number
  /** How much later the double may come. */
  readonly duplicateMs: number
  /** Overtakes the one before it. */
  readonly reorder: number
}

export const soundWire: WireFaults = { drop: 0, duplicate: 0, duplicateMs: 0, reorder: 0 }

/** One direction of a socket: in order, each after a delay of its own, unless a fault decides otherwise. Cut, it brings nothing more. */
export function createWire<Frame>(agenda: Agenda, random: Random, faults: () => WireFaults, arrives: (frame: Frame) => void) {
  let lastMs = 0
  let cut = false
  const bring = (atMs: number, frame: Frame) => agenda.at(atMs, () => !cut && arrives(frame))

  return {
    put(frame: Frame): void {
      const { drop, duplicate, duplicateMs, reorder } = faults()
      if (cut || random.next() < drop) return
      const atMs = Math.max(lastMs, agenda.nowMs + 5 + random.next() * 60)
      const early = random.next() < reorder ? Math.max(agenda.nowMs, lastMs - 1) : atMs
      bring(early, frame)
      if (random.next() < duplicate) bring(atMs + random.next() * duplicateMs, frame)
      lastMs = Math.max(lastMs, atMs)
    },
    cut(): void {
      cut = true
    },
  }
}

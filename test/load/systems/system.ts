import type { Shape } from '../shapes'

/** Where one client connects. */
export interface Seat {
  readonly port: number
  readonly path: string
  /** Subprotocols to offer; empty for none. */
  readonly protocols: string
  /** Place of its room among the shape's rooms, from 0. */
  readonly room: number
}

export interface SystemProcess {
  readonly name: string
  readonly pid: number
}

/** Something that fans rooms out, running on loopback. */
export interface System {
  readonly name: string
  /** All of its processes: what they use is what a delivery costs. */
  readonly processes: readonly SystemProcess[]
  /** Makes the shape's rooms and members; every seat can be taken at once, and again. */
  seats(shape: Shape): Promise<readonly Seat[]>
  stop(): Promise<void>
}

import type { DialectName } from '../generator/dialects'
import type { Crowd } from '../shapes'

/** Where one client connects. */
export interface Seat {
  readonly port: number
  readonly path: string
  /** Subprotocols to offer; empty for none. */
  readonly protocols: string
  readonly dialect: DialectName
  /** Place of its room among the crowd's rooms, from 0. */
  readonly room: number
}

export interface SystemProcess {
  readonly name: string
  readonly pid: number
  /** A database or broker that others have written. */
  readonly isServer?: true
}

/** Something that fans rooms out, running on loopback. */
export interface System {
  readonly name: string
  /** All of its processes: what they use is what a delivery costs. */
  readonly processes: readonly SystemProcess[]
  /** Makes the rooms and members; every seat can be taken at once, and again. */
  seats(crowd: Crowd): Promise<readonly Seat[]>
  stop(): Promise<void>
}

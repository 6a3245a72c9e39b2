import type { Seat } from '../systems/system'
import type { RunOptions, RunResult } from './run'

/** What the bench tells its load generator. A crowd is the clients of one system, by its name. */
export type Order =
  | {
      readonly do: 'connect'
      readonly crowd: string
      readonly seats: readonly Seat[]
      /** How many handshakes are under way at once. */
      readonly atOnce: number
    }
  | { readonly do: 'run'; readonly crowd: string; readonly options: RunOptions }
  | { readonly do: 'leave'; readonly crowd: string; readonly how: 'saying goodbye' | 'without a word' }

/** Every order is answered by one of these; troubles are those since the answer before. */
export type Answer =
  | { readonly done: true; readonly result?: RunResult; readonly troubles: readonly string[] }
  | { readonly failed: string }

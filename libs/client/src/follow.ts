import type { FollowerState } from './player'
import type { Readable } from './store'

/** Keeps a player where the room is. */
export interface Follower extends Readable<FollowerState> {
  readonly state: FollowerState
  /** Plays again, with sound: to be called in the handler of a tap, after `needs_gesture`, `mutedByBrowser` or `paused_here`. */
  resume(): void
  /** Lets go of the player, which stays as it is. */
  stop(): void
}

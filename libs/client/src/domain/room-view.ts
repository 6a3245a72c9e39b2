import type { ChatLine, Member, Person, Playback, Policy, Room } from '../contract-types'

/** What a member knows of the room: a snapshot, moved on by the events after it. */
export interface RoomView {
  readonly room: Room
  readonly you: Member
  /** Those known to be present, newest first; of a crowd not all. */
  readonly participants: readonly Member[]
  /** How many are present, those not in `participants` too. */
  readonly total: number
  readonly playback: Playback
  /** Oldest first. */
  readonly chat: readonly ChatLine[]
  /** Those who wait to enter; empty for those who may not decide on it. */
  readonly pending: readonly Person[]
  readonly policy: Policy
}

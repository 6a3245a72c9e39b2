import type { Decision } from './domain/decision'
import type { LiveParticipant, Participant, Room, Scene, Sight } from './domain/room'

/** Rooms and their participants. Every method rejects with `unavailable` while the database does not answer. */
export interface RoomStore {
  /**
   * Commits a new room with its people and announcements, all or nothing. False,
   * and nothing is written, when the room's code or id is taken.
   */
  create(decision: Decision): Promise<boolean>

  /**
   * Loads the room with the rows of `userIds`, of its host and of its owner, applies `decide`, commits what changes
   * together with what is announced, and resolves to the scene afterwards. Between load
   * and commit nobody else changes this room or its people. `decide` must be pure: it may
   * run again. A throwing `decide` commits nothing and rethrows; one that changes nothing
   * announces nothing. Rejects with `room_not_found` when there is no such room.
   */
  update(roomId: string, userIds: readonly string[], decide: (scene: Scene) => Decision): Promise<Scene>

  /** The room of that code with the rows of `userIds`, as committed. */
  find(code: string, userIds: readonly string[]): Promise<Sight | undefined>

  /** Public, active rooms older than `before`, newest first; of the same age by id. `query` is looked for in the name, in any case. */
  list(page: ListPage): Promise<readonly Room[]>

  /** Those with one of `standings`: the host first, then by arrival. */
  people(roomId: string, standings: readonly LiveParticipant['standing'][], limit: number): Promise<readonly LiveParticipant[]>

  /** The open rooms in which somebody has a live row. */
  placesOf(userId: string): Promise<readonly string[]>

  /**
   * What of these rooms is newer than the version named for each, in the order in which they are named, then of versions, as of one
   * instant; at most `limit` changes. Each room is to be named once.
   */
  newer(rooms: readonly KnownRoom[], limit: number): Promise<readonly Change[]>

  /** Replaces somebody's name in every row, and in the names of rooms that are called after it, without a new version and without telling anybody. */
  forget(userId: string, name: string): Promise<void>

  /** Notes when people were seen, by room code; never sets an instant back. Rooms and people that are not there are passed over. */
  seen(rooms: readonly SeenRoom[], atMs: number): Promise<void>
}

export interface ListPage {
  readonly query?: string | undefined
  readonly before?: { readonly createdAtMs: number; readonly id: string } | undefined
  readonly limit: number
}

/** A room, and the counter up to which somebody knows its rows. */
export interface KnownRoom {
  readonly code: string
  readonly after: number
}

/** A room of which something is newer: itself, or the row of a participant, or both. */
export interface Change {
  readonly room: Room
  /** Undefined when no row of a participant is newer. */
  readonly participant: Participant | undefined
}

export interface SeenRoom {
  readonly code: string
  readonly userIds: readonly string[]
}

/** Who tries secrets, and from where. */
export interface Guesser {
  readonly userId: string
  readonly address: string
}

/** Counts tries of secrets, over all replicas. */
export interface GuessLimits {
  /** Counts one try. Rejects with `rate_limited`, counting nothing, when the person's or the address's tries are used up. */
  count(guesser: Guesser): Promise<void>
  /** Takes one counted try back: it was right. */
  giveBack(guesser: Guesser): Promise<void>
  /** Rejects as `count` would, and counts nothing. */
  check(guesser: Guesser): Promise<void>
  /** Deletes what no longer matters. */
  sweep(): Promise<void>
}

/** Slow hashes of room passwords. */
export interface Passwords {
  /**
   * Runs `work` when it is its turn; only a few have theirs at a time, because a hash takes a core for tens of
   * milliseconds. Rejects with `unavailable` when too many wait. `hash` and `verify` are to be called in a turn.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  hash(password: string): Promise<string>
  verify(password: string, hash: string): Promise<boolean>
}

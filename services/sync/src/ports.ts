import type {
  MediaQuery,
  MembershipAnswer,
  NewerRows,
  NewerRowsQuery,
  ParticipantRow,
  RoomRow,
  Standing,
  SuccessionAnswer,
  SuccessionQuery,
} from '@matinee/contracts'
import type { LogEntry } from './domain/log-entry'
import type { NewEvent } from './domain/new-event'
import type { Position } from './domain/position'
import type { RoomImage } from './domain/room-image'

/**
 * The room log: one ordered truth per room, shared by all sync nodes.
 *
 * Every mutation is atomic: it checks, takes the next place, stamps the log's
 * own clock, writes the state that it changes and the entry, or does nothing.
 * All members see the same entries in the same order, on whichever node.
 * What a node appends, and whom it has arrive and depart, takes effect in the
 * order asked, also where it does not wait for the answers.
 *
 * Every call rejects with `Refusal('read_only')` when the log cannot be reached
 * or does not answer in time; whether the call took effect is then unknown, and
 * repeating it is safe.
 *
 * A log has an epoch, under which no place is ever given to two entries. Where the
 * log cannot know that it still holds every entry, it goes on under another epoch,
 * with everything it has: state, members, presence, command ids, and the next seq.
 */
export interface RoomLog {
  /**
   * Begins to serve the room on `node`: from now on `listener` hears every entry
   * that another node appends, each at least once, in no promised order: the
   * caller orders them by `offset` and fills gaps with `read`. Registers the node
   * first and reads second, so nothing falls between.
   *
   * A room without a log is made from `seed`; without a seed the answer is
   * undefined, and nothing was made. On a room that has a log the seed's rows are
   * applied as `applyRoom` and `applyParticipant` would, entries included.
   *
   * Opening a room that this node serves already replaces its listener, and the image says so (`wasServing`). Owners
   * that are not in `liveNodes` lose their presence entries first, as in `evict`.
   */
  open(room: string, options: OpenRoom): Promise<RoomImage | undefined>

  /** Ends `open`. The room's data stay, until a day after the last sign of life; of a closed room, a quarter of an hour. */
  close(room: string, node: string): Promise<void>

  /** Appends what a member sends. A refused append changes nothing. */
  append(room: string, command: Append): Promise<AppendOutcome>

  /**
   * Adds a connection to those present. The person's first one appends USER_JOINED.
   * A connection that is present already only changes its owner. The sixth
   * connection of a person appends a CONNECTION_REPLACED note that names the oldest.
   */
  arrive(room: string, arrival: Arrival): Promise<ArriveOutcome>

  /**
   * Takes a connection away; the person's last one appends USER_LEFT. One whose
   * owner is another node, or that is not present, is left alone. A log that goes on
   * under another epoch than the caller knows has those whom it had, so it is all the same there.
   */
  depart(room: string, connection: { readonly epoch: string; readonly node: string; readonly connection: string }): Promise<Written>

  /**
   * Makes `node` the owner of connections that another node had. One that is no
   * longer present is added again, with USER_JOINED where the person had gone.
   * Connections of users who are not APPROVED (any more) are not adopted, and are
   * named in `refused`, with the user's standing.
   */
  adopt(room: string, adoption: AdoptConnections): Promise<AdoptOutcome>

  /** Takes away every connection whose owner is not in `liveNodes`, with USER_LEFT for each person who has none left. */
  evict(room: string, liveNodes: readonly string[]): Promise<Written>

  /**
   * In a room of more than 200 people, and as long as anything waits there, the calls above append PRESENCE in place of
   * USER_JOINED and USER_LEFT: at once where the last one is a second ago, else not yet. A PRESENCE_DUE note then says so
   * to every node that serves the room, and any of them makes this call with the note's offset when it is time: the first
   * appends what waits, as one event for each 500 people, and the others change nothing. One who came and went in between
   * is in none. Nothing is lost when a node is: what waits is the room's, and an image says that it does.
   */
  tellPresence(room: string, due: { readonly epoch: string; readonly node: string; readonly due: number }): Promise<Entries>

  /**
   * Tells the other nodes that serve the room a text that is not of the log: it has no place, is kept nowhere, comes at most
   * once, and to those only who know the log under this epoch. Resolves to whether there are any other nodes.
   */
  whisper(room: string, whisper: { readonly epoch: string; readonly node: string; readonly text: string }): Promise<boolean>

  /**
   * Stores a participant's row, if it is newer than the stored one, and appends its
   * announcement: a note of the new standing, PARTICIPANT_REMOVED where an APPROVED
   * one left or was removed, ROLE_CHANGED where its role differs, MEMBER_CHANGED where only its name does. A room
   * without a log stays without one, and nothing is stored.
   *
   * `asOf` is the owner's counter when it had this row, at least the row's own version, which is the default.
   * Of one who is not stored, a row up to `rowsTo` is no news: as of an earlier counter than `rowsTo` it is dropped, because
   * another may have followed it; else it is stored, and nothing is said unless it is PENDING.
   */
  applyParticipant(row: ParticipantRow, asOf?: number): Promise<Written>

  /**
   * Stores the room's row, if it is newer, and appends what it changes: ROOM_UPDATED; HOST_CHANGED where another acts
   * as host; MEDIA, which starts the timeline anew at 0, paused, rate 1, where the medium differs or was chosen by
   * another command, which has taken effect then under its id; ROOM_CLOSED where the room was open. A room without a log stays without one.
   */
  applyRoom(row: RoomRow): Promise<Written>

  /**
   * Raises `rowsTo`: the caller has applied everything that the owner changed after the `rowsTo` that this log had, up to
   * this counter. Never lowers it. False, and nothing is noted, when the log is not the one of `epoch`.
   */
  vouch(room: string, rows: { readonly epoch: string; readonly rowsTo: number }): Promise<boolean>

  /**
   * Up to `limit` entries, notes among them, that follow `after`, in order; where `enoughBytes` are given, no more of them
   * than it takes for their payloads to come to that. Undefined when the log is not the one of `epoch`, or no longer holds
   * the first of them, or does not reach as far as `after`.
   */
  read(
    room: string,
    after: Position & { readonly epoch: string },
    limit: number,
    enoughBytes?: number,
  ): Promise<readonly LogEntry[] | undefined>

  /**
   * Those of `rooms` whose log is not where the caller knows it to be: further, or another, or gone. So a node finds entries of
   * which no message came, and nothing that follows tells. Asking costs next to nothing, for hundreds of rooms at once.
   */
  moved(rooms: readonly KnownPlace[]): Promise<readonly string[]>

  /**
   * Keeps the node in the registry for `leaseMs` from now on the log's clock, and
   * tells what that clock says and which nodes are live. `lapsed` says that an
   * earlier lease had run out before this beat: others may have evicted the node
   * meanwhile, so it opens its rooms again.
   */
  beat(node: string, leaseMs: number): Promise<{ readonly nowMs: number; readonly liveNodes: readonly string[]; readonly lapsed: boolean }>

  /** Puts off the expiry of the data of rooms that are being served. */
  touch(rooms: readonly string[]): Promise<void>

  /** Whether the log answers now. */
  connected(): boolean
  /**
   * Hears of every change between answering and not. After `true` the caller opens
   * its rooms again: entries may have passed unheard meanwhile, and the log may be another.
   */
  onConnected(listener: (connected: boolean) => void): void

  stop(): Promise<void>
}

/** How far a node knows the log of a room. */
export interface KnownPlace {
  readonly room: string
  readonly epoch: string
  readonly offset: number
}

export interface Entries {
  readonly entries: readonly LogEntry[]
}

/** Entries of a log that need not be the one that the caller knows. */
export interface Written extends Entries {
  /** What that log is called now; '' where there is none. */
  readonly epoch: string
}

export interface Append {
  /** The log that the caller knows. */
  readonly epoch: string
  readonly node: string
  readonly event: NewEvent
  /** Refused unless this user is APPROVED in the log, and where `role` says `host` is one whom the room's `control` lets: its host, or a moderator, or anybody. With the role `node`, the node itself appends, and the user is empty. */
  readonly sender: { readonly userId: string; readonly role: 'member' | 'host' | 'node' }
  /** The sender's own id of the command: within 10 minutes it takes effect once. */
  readonly commandId?: string
  /** Refused while chat is turned off. */
  readonly chat?: true
  /**
   * The event is a playback command: `{<before><instant><after>` becomes the room's
   * playback, if its version is `expectedVersion`; else the outcome is `conflict`.
   * With the claim `heeded` it is so too while that version is claimed for a command: the sender expects it, not just the node.
   */
  readonly playback?: { readonly expectedVersion: number; readonly claim?: VersionClaim | 'heeded' }
}

/**
 * Nothing is appended. With `keeps`, the version is the sender's command's for ten seconds: the outcome is `claimed`, and
 * `conflict` for whoever claims it for another. Without, the command gives up what it claimed: the outcome is `conflict`.
 */
export interface VersionClaim {
  readonly command: string
  readonly keeps: boolean
}

export type AppendOutcome =
  | { readonly outcome: 'appended'; readonly entry: LogEntry }
  /** The command took effect before, as `seq`. */
  | { readonly outcome: 'repeated'; readonly seq: number }
  | { readonly outcome: 'refused'; readonly code: 'not_approved' | 'host_only' | 'moderators_only' | 'chat_disabled' }
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'claimed' }
  /** The log is another than the caller knows, or gone, or has lost entries that this node saw: open the room again. */
  | { readonly outcome: 'epoch' }

export interface Arrival {
  readonly epoch: string
  readonly node: string
  readonly connection: string
  readonly userId: string
}

export type ArriveOutcome =
  /** `member` is the member's JSON as events carry it. */
  | {
      readonly outcome: 'arrived'
      readonly member: string
      /** Whether the log says by now that the person is present; else a PRESENCE will, within a second. */
      readonly told: boolean
      /** Offset of the log's last entry, these included. */
      readonly head: number
      readonly entries: readonly LogEntry[]
    }
  /** Nothing stored, or not APPROVED: ask the owner of memberships. */
  | { readonly outcome: 'not_approved'; readonly standing: Standing | undefined }
  | { readonly outcome: 'epoch' }

export interface AdoptConnections {
  readonly epoch: string
  readonly node: string
  readonly connections: readonly { readonly connection: string; readonly userId: string }[]
}

export type AdoptOutcome =
  | {
      readonly outcome: 'adopted'
      readonly entries: readonly LogEntry[]
      /** The member's JSON of every adopted user. */
      readonly members: ReadonlyMap<string, string>
      readonly refused: readonly { readonly connection: string; readonly standing: Standing | undefined }[]
    }
  | { readonly outcome: 'epoch' }

export interface OpenRoom {
  readonly node: string
  readonly liveNodes: readonly string[]
  readonly listener: (entry: LogEntry) => void
  /**
   * Hears that others append to a log of the room that is not the one opened here: it was made anew, or goes on
   * under another epoch. The caller opens the room again. Once and often are the same; `listener` gets nothing of that log.
   */
  readonly onReplaced?: () => void
  /** Hears what other nodes whisper. */
  readonly onWhisper?: (node: string, text: string) => void
  readonly seed?: {
    readonly room: RoomRow
    readonly participants: readonly ParticipantRow[]
    /** The owner's counter when it had these rows; none of them is older, and all who wait are among them. */
    readonly rowsTo: number
    /** The name of the log, if one has to be made: 1–32 letters and digits, never used before. */
    readonly epoch: string
  }
}

/** The owner of memberships, asked when the log does not know. */
export interface Memberships {
  /** Rejects with `Refusal('unavailable')` when the owner cannot answer. */
  ask(room: string, userId: string): Promise<MembershipAnswer>
  /** What is newer than the versions named, or the oldest part of it; rejects as `ask`. */
  newer(rooms: NewerRowsQuery['rooms']): Promise<NewerRows>
  /** Who shall act as host, given who is here; the rows as they are then. Asked again, the answer is the same. Rejects as `ask`. */
  succeed(question: SuccessionQuery): Promise<SuccessionAnswer>
  /** Has the room watch something else; its row as it is then. The same command again changes nothing. Rejects with the owner's refusal, or as `ask`. */
  choose(choice: MediaQuery): Promise<RoomRow>
}

import type { Control, Role, RoomPlaybackPolicy, Standing } from '@matinee/contracts'

export type EntryMode = 'APPROVAL' | 'PASSWORD'

/** Who acts, as the access token names them. */
export interface Person {
  readonly userId: string
  readonly displayName: string
  readonly isGuest: boolean
}

/** A person by a name of which it is known when it was given. */
export interface Named extends Person {
  /** 0 when it came with an access token, which does not say. */
  readonly namedAtMs: number
}

/** What a room watches, as its provider names it. */
export interface Medium {
  readonly provider: string
  readonly id: string
}

/** Who chose what is watched in the live room, and by which command of theirs. */
export interface MediumChoice {
  readonly userId: string
  readonly commandId: string
}

export interface Room {
  readonly id: string
  readonly code: string
  readonly name: string
  /** Who acts as host now. */
  readonly host: Person
  /** Whom the room belongs to: the host, unless another stands in. */
  readonly ownerId: string
  /** Who stands in first when the owner is gone. */
  readonly successorId: string | null
  readonly isPrivate: boolean
  /** How strangers enter; null in a public room. */
  readonly entryMode: EntryMode | null
  /** Of a private PASSWORD room, else null. */
  readonly passwordHash: string | null
  readonly medium: Medium | null
  /** Null where the medium was not chosen by a command in the live room. */
  readonly mediumBy: MediumChoice | null
  /** The latest commands by which a medium was chosen, the latest first, whatever is watched since. */
  readonly choices: readonly MediumChoice[]
  readonly isChatEnabled: boolean
  /** Who may control playback. */
  readonly control: Control
  /** Whether a new medium or a jump waits until members are ready. */
  readonly waitForReady: boolean
  /** Whether playback waits for a member who stalls. */
  readonly pauseForStalled: boolean
  /** Where the room has thresholds of its own. */
  readonly playbackPolicy: RoomPlaybackPolicy
  /** False for good once the room is closed. */
  readonly isActive: boolean
  readonly createdAtMs: number
  /** Raised by one with every change of the room or of a participant. */
  readonly counter: number
  /** The counter when this row last changed. */
  readonly version: number
}

export interface Participant extends Named {
  readonly roomId: string
  readonly standing: Standing
  readonly role: Role
  /** Whether a host has made it one, also while it acts as host itself. */
  readonly isModerator: boolean
  readonly joinedAtMs: number
  /** When `standing` became what it is. */
  readonly standingSinceMs: number
  /** When the live room last saw this person. */
  readonly lastHeartbeatMs: number | null
  /** The room's counter when this row last changed. */
  readonly version: number
}

/** A room and the rows of those concerned, tombstones included. */
export interface Sight {
  readonly room: Room
  readonly people: readonly Participant[]
}

/** All that a decision may look at. */
export interface Scene extends Sight {
  /** How many are PENDING. */
  readonly waiting: number
}

/** The row of `userId`, tombstones included. */
export const rowOf = (sight: Sight, userId: string): Participant | undefined => sight.people.find((row) => row.userId === userId)

/** Whether a row gives a place, or a place in the queue; a tombstone is as no row. */
export const isLive = (row: Participant | undefined): row is LiveParticipant => row?.standing === 'PENDING' || row?.standing === 'APPROVED'
export type LiveParticipant = Participant & { readonly standing: 'PENDING' | 'APPROVED' }

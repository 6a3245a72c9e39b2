import type { Role, Standing } from '@matinee/contracts'

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

export interface Room {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly host: Person
  readonly isPrivate: boolean
  /** How strangers enter; null in a public room. */
  readonly entryMode: EntryMode | null
  /** Of a private PASSWORD room, else null. */
  readonly passwordHash: string | null
  readonly medium: Medium | null
  readonly isChatEnabled: boolean
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

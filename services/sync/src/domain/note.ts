import type { Member } from '@matinee/contracts'

/** What nodes tell each other through a room's log, and clients do not get. */
export type NoteType = MemberNoteType | 'CONNECTION_REPLACED' | 'PRESENCE_DUE'

/** Notes on one person. The first puts it on the list of those who wait, the next two take it off. */
export type MemberNoteType = 'PARTICIPANT_PENDING' | 'PARTICIPANT_APPROVED' | 'PARTICIPANT_DENIED' | 'MEMBER_CHANGED'

/** What every note on a person carries. */
export interface MemberNote {
  readonly user: Member
}

/** CONNECTION_REPLACED: the person's oldest connection, which has to go. */
export interface ReplacedNote {
  readonly connection: string
}

/** PRESENCE_DUE. */
export interface PresenceDueNote {
  /** From the note until `tellPresence` is due. */
  readonly after_ms: number
}

import type { LogEventType } from '@matinee/contracts'
import type { NoteType } from './note'
import type { Position } from './position'

/** Something that happened in a room: an event that everybody gets, or a note from node to node. */
export interface LogEntry extends Position {
  /** Place among all entries of this log, notes included, from 1, no gaps; it goes on where the log goes on under another epoch. */
  readonly offset: number
  readonly type: LogEventType | NoteType
  /** Of an event, the frame as clients get it; of a note, its JSON. */
  readonly payload: string
}

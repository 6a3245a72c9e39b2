/** A place in a room's stream: the last event and the number of notes after it. */
export interface Position {
  readonly seq: number
  readonly note: number
}

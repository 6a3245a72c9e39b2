import type { Position } from './position'

/** A room as its log has it, at `seq` and `offset`. Texts are JSON as events carry them. */
export interface RoomImage extends Position {
  readonly epoch: string
  readonly offset: number
  /** Whether the node that asks was known to serve the room. One that did, and was not, was taken for gone by others, with its people. */
  readonly wasServing: boolean
  /**
   * The owner's counter up to which the log has followed: what is stored of a row is not older than what the owner had then,
   * and whoever is not stored has to be asked for. 0 where nobody knows.
   */
  readonly rowsTo: number
  /** RoomRow. */
  readonly room: string
  /** Playback. */
  readonly playback: string
  /** Members present as the events up to `seq` tell it, oldest arrival first. */
  readonly people: readonly { readonly userId: string; readonly member: string }[]
  /** Offset of the PRESENCE_DUE note on which nobody has acted yet; 0 without. */
  readonly presenceDue: number
  /** Members who wait to enter, oldest first. */
  readonly pending: readonly { readonly userId: string; readonly member: string }[]
  /** Payloads of the latest 50 chat messages, oldest first, also of those that the log has let go: what a node has that was there all along. */
  readonly chats: readonly string[]
}

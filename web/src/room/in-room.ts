import type { RoomConnection, RoomSnapshot, RoomView } from '@matinee/client'

/** What is drawn from, and spoken through, once one is in. */
export interface InRoom {
  readonly connection: RoomConnection
  readonly room: RoomSnapshot
  /** The room's own, which is there while one is in. */
  readonly view: RoomView
}

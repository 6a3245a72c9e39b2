export type * from './contract-types'
export type { EndReason, Place } from './domain/connection'
export type { RoomView } from './domain/room-view'
export { type Follower, follow } from './follow'
export type { Auth } from './http/auth'
export type { Fetch } from './http/caller'
export type { Rooms } from './http/rooms'
export type { KeyValueStorage } from './http/session'
export { createMatinee, type EnterOptions, type Matinee, type MatineeOptions } from './matinee'
export { type ErrorCode, type ErrorDetails, MatineeError } from './matinee-error'
export type { FollowerMode, FollowerState, FollowOptions, Intent, Player } from './player'
export type {
  Acknowledged,
  Command,
  CommandOptions,
  KeptRoom,
  PlaybackOptions,
  RoomConnection,
  RoomEvents,
  RoomSnapshot,
  RoomStatus,
  ServerClock,
  Unconfirmed,
} from './room'
export type { SocketLike, WebSocketClass } from './socket'
export type { Readable } from './store'

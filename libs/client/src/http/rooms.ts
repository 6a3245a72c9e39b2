import type {
  CreatedRoom,
  CreateRoomBody,
  Joined,
  ListRoomsQuery,
  ParticipantList,
  Role,
  Room,
  RoomList,
  UpdateRoomBody,
} from '../contract-types'
import type { Caller } from './caller'

/** Rooms, and who may be in them. All reject with a `MatineeError`. */
export interface Rooms {
  /** Makes a room; you are its host. `room_password` is told this once. */
  create(body?: CreateRoomBody): Promise<CreatedRoom>
  /** Asks to enter. Joining again changes nothing. */
  join(roomCode: string, password?: string): Promise<Joined>
  /** Public rooms that are open; needs no session. */
  list(query?: ListRoomsQuery): Promise<RoomList>
  get(roomCode: string): Promise<Room>
  update(roomCode: string, body: UpdateRoomBody): Promise<Room>
  participants(roomCode: string): Promise<ParticipantList>
  approve(roomId: string, userId: string): Promise<void>
  deny(roomId: string, userId: string): Promise<void>
  setRole(roomId: string, userId: string, role: Exclude<Role, 'host'>): Promise<void>
  /** Gives the room away: its owner, and host, is then somebody else. */
  transferHost(roomId: string, userId: string): Promise<void>
  /** Gives up one's place. */
  leave(roomId: string): Promise<void>
  /** Closes the room for good. */
  close(roomId: string): Promise<void>
}

/** `call` makes calls as nobody, `callSigned` as the one who is signed in. */
export function createRooms(call: Caller, callSigned: Caller): Rooms {
  const post = <Answer = unknown>(action: string, body: unknown) =>
    callSigned<Answer>({ method: 'POST', path: `/api/rooms/${action}/`, body })
  const order = async (action: string, room_id: string, rest: object = {}) => void (await post(action, { room_id, ...rest }))
  const pathOf = (roomCode: string) => `/api/rooms/${encodeURIComponent(roomCode)}/`
  return {
    create: (body = {}) => post('create', body),
    join: (room_code, password) => post('join', { room_code, ...(password === undefined ? {} : { password }) }),
    list: (query = {}) => call({ method: 'GET', path: '/api/rooms/', query: { ...query } }),
    get: (roomCode) => callSigned({ method: 'GET', path: pathOf(roomCode) }),
    update: (roomCode, body) => callSigned({ method: 'PATCH', path: pathOf(roomCode), body }),
    participants: (roomCode) => callSigned({ method: 'GET', path: `${pathOf(roomCode)}participants/` }),
    approve: (roomId, user_id) => order('approve', roomId, { user_id }),
    deny: (roomId, user_id) => order('deny', roomId, { user_id }),
    setRole: (roomId, user_id, role) => order('set-role', roomId, { user_id, role }),
    transferHost: (roomId, user_id) => order('transfer-host', roomId, { user_id }),
    leave: (roomId) => order('leave', roomId),
    close: (roomId) => order('close', roomId),
  }
}

import type { MediaAnswer, MediaQuery, SuccessionAnswer, SuccessionQuery } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { succeed } from './domain/hosting'
import { mediumOf } from './domain/medium'
import type { Sight } from './domain/room'
import { participantRow, roomRow } from './domain/rows'
import { chooseMedium } from './domain/settings'
import type { RoomStore } from './ports'

/** What the live room asks for on behalf of those who are in it: it has judged who may, and is told the rows for its log. */
export const createLive = ({ store }: { store: RoomStore }) => ({
  /** Sees to it that somebody who is present acts as host, by the rules of succession. Repeated, it answers the same. */
  async succession({ room_code: code, host_id: hostId, present }: SuccessionQuery): Promise<SuccessionAnswer> {
    const before = await store.find(code, [])
    if (!before) return { room: null, participants: [] }
    const after = await store.update(before.room.id, [...present, hostId], (scene) => succeed(scene, { hostId, present }))
    return { room: roomRow(after.room), participants: rowsOf(after, [hostId, after.room.host.userId, after.room.ownerId]) }
  },

  /** Makes the room watch something else. Refused: `room_not_found`, `room_closed`, `unsupported_video`. */
  async media({ room_code: code, user_id: userId, command_id: commandId, video_url }: MediaQuery): Promise<MediaAnswer> {
    const medium = mediumOf({ video_url })
    const before = await store.find(code, [])
    if (!before || !medium) throw new Refusal('room_not_found')
    const after = await store.update(before.room.id, [], (scene) => chooseMedium(scene, { medium, by: { userId, commandId } }))
    return { room: roomRow(after.room) }
  },
})
export type Live = ReturnType<typeof createLive>

const rowsOf = ({ room, people }: Sight, userIds: readonly string[]) =>
  people
    .filter((row) => userIds.includes(row.userId))
    .toSorted((one, other) => one.version - other.version)
    .map((row) => participantRow(room, row))

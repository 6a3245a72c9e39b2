import * as z from 'zod'
import { InstantMs, UserId } from '../ids'

export const roomsSeenSubject = 'sync.rooms.seen'

/** What one sync node serves, told every 15 s and not stored: a lost one is replaced by the next. */
export const RoomsSeen = z.object({
  node: z.string(),
  at_ms: InstantMs,
  rooms: z.array(z.object({ room_code: z.string(), viewers: z.int().min(0), user_ids: z.array(UserId) })),
})
export type RoomsSeen = z.infer<typeof RoomsSeen>

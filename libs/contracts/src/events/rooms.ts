import * as z from 'zod'
import { cloudEvent } from './cloud-event'
import { ParticipantRow, RoomRow } from './rows'

/** Facts of the rooms context: each carries the whole row it is about, so rows commute and order does not matter. */
const participant = z.object({ participant: ParticipantRow })
const room = z.object({ room: RoomRow })

export const RoomsEvent = z.discriminatedUnion('type', [
  cloudEvent('rooms.participant.pending', participant),
  cloudEvent('rooms.participant.approved', participant),
  cloudEvent('rooms.participant.denied', participant),
  cloudEvent('rooms.participant.removed', participant),
  cloudEvent('rooms.room.created', room),
  cloudEvent('rooms.room.updated', room),
  cloudEvent('rooms.room.closed', room),
  cloudEvent('rooms.host.changed', room),
])
export type RoomsEvent = z.infer<typeof RoomsEvent>
export type RoomsEventType = RoomsEvent['type']

import { Refusal } from '@matinee/kernel'
import { isLive, type Room, rowOf, type Sight } from './room'

/** Refuses with `room_not_found` whoever may not know of the room: a private one exists only for those with a live row. */
export function mustSee(sight: Sight, userId: string): void {
  if (sight.room.isPrivate && !isLive(rowOf(sight, userId))) throw new Refusal('room_not_found')
}

/** Whether somebody may do what a host may: who acts as host, and the owner all the while. */
export const mayHost = ({ host, ownerId }: Room, userId: string): boolean => host.userId === userId || ownerId === userId

/** Refuses all but the host and the owner: with `host_only` those who may see the room, the others as `mustSee` does. */
export function mustHost(sight: Sight, userId: string): void {
  mustSee(sight, userId)
  if (!mayHost(sight.room, userId)) throw new Refusal('host_only')
}

/** Refuses all but the owner: with `owner_only` whoever acts as host for it, the others as `mustHost` does. */
export function mustOwn(sight: Sight, userId: string): void {
  mustHost(sight, userId)
  if (sight.room.ownerId !== userId) throw new Refusal('owner_only')
}

/** Refuses whoever may see the room but not who is in it: one who waits in a private room. */
export function mustSeePeople(sight: Sight, userId: string): void {
  mustSee(sight, userId)
  if (sight.room.isPrivate && rowOf(sight, userId)?.standing !== 'APPROVED') throw new Refusal('not_approved')
}

/** Refuses in a closed room, after whoever asks has been found to see it. */
export function mustBeOpen({ room }: Sight): void {
  if (!room.isActive) throw new Refusal('room_closed')
}

import type { Bus, Consumer } from '@matinee/bus'
import { RoomsSeen, roomsSeenSubject } from '@matinee/contracts'
import type { Clock, Log } from '@matinee/kernel'
import type { UserStore } from './ports'

interface Deps {
  readonly bus: Bus
  readonly users: Pick<UserStore, 'seen'>
  readonly clock: Clock
  readonly log: Log
}

/**
 * Keeps `last_seen` from what the sync nodes tell of the rooms they serve: all users of a message at once. A message
 * that cannot be read or written is logged and dropped, for the next one follows within seconds.
 */
export function subscribe({ bus, users, clock, log }: Deps): Consumer {
  return bus.onSignal(roomsSeenSubject, async (data) => {
    const told = RoomsSeen.safeParse(data)
    if (!told.success) return log.warn('a signal of sync could not be read', { subject: roomsSeenSubject })
    const ids = new Set(told.data.rooms.flatMap((room) => room.user_ids))
    // By this clock: another machine's may be ahead, and last_seen never goes back.
    await users.seen([...ids], clock.nowMs()).catch((error) => log.warn('last_seen could not be written', { error }))
  })
}

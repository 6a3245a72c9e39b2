import type { RoomLog } from '../ports'
import type { LiveRoom } from './room'
import type { Rooms } from './rooms'

/**
 * Finds entries of which no message came, in rooms where nothing follows that would show
 * it: what became of their last message nobody else can tell.
 */
export function createTails({ log, rooms }: { readonly log: RoomLog; readonly rooms: Rooms }) {
  /** How far each room was when it was looked at last. */
  let before = new Map<LiveRoom, number>()

  return {
    /**
     * Looks at the rooms in which nothing has come since the last time, and reads what they have missed: of what is lost
     * one learns at the second look at the latest. Rejects when the log does not answer.
     */
    async look(): Promise<void> {
      const quiet = rooms.all().filter((room) => before.get(room) === room.replica.offset)
      before = new Map(rooms.all().map((room) => [room, room.replica.offset]))
      if (quiet.length === 0) return
      const moved = await log.moved(quiet.map(({ code, replica: { epoch, offset } }) => ({ room: code, epoch, offset })))
      for (const code of moved) {
        const room = rooms.get(code)
        // Anew, not only read: that this node is to be told on the channel may be what was lost.
        if (room) rooms.openAnew(room)
      }
    },
  }
}

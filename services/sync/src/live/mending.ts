import { Refusal } from '@matinee/kernel'
import type { LiveContext } from './context'
import { reclaim } from './ownership'
import type { LiveRoom } from './room'

/** How many rooms are looked after at once. */
const roomsAtOnce = 32

/** What is made good after an outage, room by room. What resolves to a boolean says whether any room has recovered. */
export interface Mending {
  /** This node may have missed entries of all its rooms, and others may have taken its people for gone: they are due. */
  expect(): void
  /** Others have taken its people of this room for gone: it is due, unless it is just being opened for that. */
  claim(room: LiveRoom): void
  /** Nodes are gone: their people are to be taken from all rooms here. */
  clear(): Promise<boolean>
  /** Looks after the rooms that are due, once; for those with which it does not work out, it is to be called again. */
  mend(): Promise<boolean>
}

/**
 * What has to be made good in the rooms of a node after an outage, its own or
 * another node's. A room that cannot be looked after now stays due; nothing here rejects.
 */
export function createMending(context: LiveContext, liveNodes: () => Promise<readonly string[]>): Mending {
  const { rooms, log, logger, outage } = context
  const toRecover = new Set<LiveRoom>()
  const toClear = new Set<LiveRoom>()
  /** Those that are being opened, whose people are claimed right after. */
  const opening = new Set<LiveRoom>()
  let mending: Promise<boolean> = Promise.resolve(false)

  /** Whether the room has recovered. */
  async function mendRoom(room: LiveRoom): Promise<boolean> {
    const { period } = outage
    const [recovers, clears] = [toRecover.delete(room), toClear.delete(room)]
    if (rooms.get(room.code) !== room) return false
    try {
      if (recovers) {
        opening.add(room)
        await rooms.reopenAnew(room).finally(() => opening.delete(room))
        await reclaim(context, room)
        // What was read before the log went away again says nothing of what came since: the room is due anew.
        if (outage.period === period) outage.madeGood(room)
      }
      if (clears) rooms.take(room.code, await log.evict(room.code, await liveNodes()))
      return recovers
    } catch (error) {
      if (error instanceof Refusal) logger.warn('a room has to wait until it is looked after', { room: room.code, error })
      else logger.error('a room could not be looked after', { room: room.code, error })
      if (recovers) toRecover.add(room)
      if (clears) toClear.add(room)
      return false
    }
  }

  /** One pass after the other: each looks once at every room that is due. */
  function run(): Promise<boolean> {
    mending = mending.then(async () => {
      let recovered = false
      const left = [...new Set([...toRecover, ...toClear])]
      const worker = async () => {
        for (let room = left.pop(); room; room = left.pop()) if (await mendRoom(room)) recovered = true
      }
      await Promise.all(Array.from({ length: Math.min(roomsAtOnce, left.length) }, worker))
      return recovered
    })
    return mending
  }

  return {
    expect() {
      for (const room of rooms.all()) toRecover.add(room)
    },
    claim(room) {
      if (!opening.has(room)) toRecover.add(room)
    },
    clear() {
      for (const room of rooms.all()) toClear.add(room)
      return run()
    },
    mend: () => (toRecover.size + toClear.size > 0 ? run() : Promise.resolve(false)),
  }
}

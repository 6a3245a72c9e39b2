import { Refusal } from '@matinee/kernel'
import type { LiveContext } from './context'
import { reclaim } from './ownership'
import type { LiveRoom } from './room'

/** How many rooms are looked after at once. */
const roomsAtOnce = 32

/** What is made good after an outage, room by room. */
export interface Mending {
  /** This node may have missed entries of all its rooms, and others may have taken its people for gone. */
  recover(): Promise<void>
  /** Nodes are gone: their people are to be taken from all rooms here. */
  clear(): Promise<void>
  /** Goes on with the rooms for which it did not work out. */
  retry(): Promise<void>
}

/**
 * What has to be made good in the rooms of a node after an outage, its own or
 * another node's. A room that cannot be looked after now stays due; nothing here rejects.
 */
export function createMending(context: LiveContext, liveNodes: () => Promise<readonly string[]>): Mending {
  const { rooms, log, logger } = context
  const toRecover = new Set<LiveRoom>()
  const toClear = new Set<LiveRoom>()
  let mending: Promise<void> = Promise.resolve()

  async function mend(room: LiveRoom): Promise<void> {
    const [recovers, clears] = [toRecover.delete(room), toClear.delete(room)]
    if (rooms.get(room.code) !== room) return
    try {
      if (recovers) {
        await rooms.reopen(room)
        await reclaim(context, room)
      }
      if (clears) room.receive((await log.evict(room.code, await liveNodes())).entries)
    } catch (error) {
      if (error instanceof Refusal) logger.warn('a room has to wait until it is looked after', { room: room.code, error })
      else logger.error('a room could not be looked after', { room: room.code, error })
      if (recovers) toRecover.add(room)
      if (clears) toClear.add(room)
    }
  }

  /** One pass after the other: each looks once at every room that is due. */
  function run(): Promise<void> {
    mending = mending.then(async () => {
      const left = [...new Set([...toRecover, ...toClear])]
      const worker = async () => {
        for (let room = left.pop(); room; room = left.pop()) await mend(room)
      }
      await Promise.all(Array.from({ length: Math.min(roomsAtOnce, left.length) }, worker))
    })
    return mending
  }

  return {
    recover() {
      for (const room of rooms.all()) toRecover.add(room)
      return run()
    },
    clear() {
      for (const room of rooms.all()) toClear.add(room)
      return run()
    },
    retry: () => (toRecover.size + toClear.size > 0 ? run() : Promise.resolve()),
  }
}

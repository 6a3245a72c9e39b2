import { createLock, createTurns } from '@matinee/kernel'
import type { Door } from './connection'

/** How many pages are put together for one door at once. */
const pagesAtOnce = 8
/** With more than this on its way to a door it gets no further page: a link that has far more waiting is ended, with all its clients. */
const enoughWaitingBytes = 2 * 1024 * 1024
const lookAgainMs = 5

/** Has a page put together when it is its turn at its door; undefined where nobody wants it any more. */
export type PageTurn = <Page>(door: Door, isWanted: () => boolean, page: () => Promise<Page>) => Promise<Page | undefined>

/** Gives turns, first come first served at each door: pages go no faster than what is there takes them, and no door waits for another. */
export function createPageTurns(): PageTurn {
  const doors = new WeakMap<Door, ReturnType<typeof createDoorTurns>>()
  return (door, isWanted, page) => {
    const { inTurn, oneByOne } = doors.get(door) ?? createDoorTurns()
    doors.set(door, { inTurn, oneByOne })
    return inTurn(async () => {
      await oneByOne(async () => {
        while (isWanted() && door.backlogBytes() > enoughWaitingBytes) await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
      })
      return isWanted() ? page() : undefined
    })
  }
}

const createDoorTurns = () => ({
  inTurn: createTurns({ atOnce: pagesAtOnce, waiting: Number.POSITIVE_INFINITY }),
  /** Whoever looks whether its door has room: else the next one might see that first. */
  oneByOne: createLock(),
})

import { createSingleFlight, createTurns } from '@matinee/kernel'
import type { LogEntry } from '../domain/log-entry'
import type { Position } from '../domain/position'
import type { RoomLog } from '../ports'

/** How many entries are read from the log at once. */
export const readLength = 500
/** How many bytes of them are enough. */
export const readBytes = 128 * 1024
/** Whether so much was read because there was no more. */
export const reachesHead = (entries: readonly LogEntry[]): boolean => entries.length < readLength && bytesOf(entries) < readBytes
/** How many reads of what clients missed are under way at once: whatever else is asked of the log comes after them. */
const readsAtOnce = 8

/** Reads what follows a place in the log of a room, as `RoomLog.read`; undefined also where nobody wants it any more. */
export type ReadMissed = (
  room: string,
  after: Position & { readonly epoch: string },
  isWanted: () => boolean,
) => Promise<readonly LogEntry[] | undefined>

/**
 * Reads what the clients of a node have missed, a few at a time, first come first served, however many there are: the
 * appends of all rooms go over the same connection. Those whose turns come together and who miss the same share a read.
 */
export function createReadMissed(log: Pick<RoomLog, 'read'>): ReadMissed {
  const inTurn = createTurns({ atOnce: readsAtOnce, waiting: Number.POSITIVE_INFINITY })
  const together = createSingleFlight<readonly LogEntry[] | undefined>()
  return (room, after, isWanted) =>
    inTurn(async () => {
      if (!isWanted()) return undefined
      const { epoch, seq, note } = after
      return together(`${room} ${epoch} ${seq} ${note}`, () => log.read(room, after, readLength, readBytes))
    })
}

const bytesOf = (entries: readonly LogEntry[]): number => entries.reduce((bytes, { payload }) => bytes + Buffer.byteLength(payload), 0)

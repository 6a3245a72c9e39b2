import type { LogEntry } from '../domain/log-entry'
import type { Position } from '../domain/position'
import type { RoomLogBounds } from './room-log.bounds'

/** The latest entries of one log, in order. Adding is amortised O(1), reading O(log n). */
export interface EntryWindow {
  add(entry: LogEntry, atMs: number): void
  /**
   * Up to `limit` entries that follow `after`, no more than it takes to have `enoughBytes`; undefined when the first of them
   * is no longer held, or `after` lies ahead of the log.
   */
  after(after: Position, limit: number, enoughBytes?: number): readonly LogEntry[] | undefined
}

export function createEntryWindow(bounds: Pick<RoomLogBounds, 'keptEvents' | 'keptMs' | 'keptEntries' | 'keptBytes'>): EntryWindow {
  // Of what was let go a place is left, until they are many.
  const entries: ({ readonly entry: LogEntry; readonly atMs: number } | undefined)[] = []
  let first = 0
  /** What the payloads of those that are held come to. */
  let bytes = 0
  /** The last entry that was let go: what follows it is held. */
  let floor: Position = { seq: 0, note: 0 }
  let head: Position = { seq: 0, note: 0 }

  const trim = (nowMs: number) => {
    for (let oldest = entries[first]; oldest; oldest = entries[first]) {
      const spare = oldest.entry.seq <= head.seq - bounds.keptEvents && oldest.atMs < nowMs - bounds.keptMs
      const tooMuch = bytes > bounds.keptBytes || entries.length - first > bounds.keptEntries
      if (oldest.entry === head || !(spare || tooMuch)) break
      floor = oldest.entry
      bytes -= Buffer.byteLength(oldest.entry.payload)
      entries[first] = undefined
      first += 1
    }
    // Let go in halves: moving what is left at every entry would cost O(n) each.
    if (first > 64 && first * 2 > entries.length) {
      entries.splice(0, first)
      first = 0
    }
  }

  /** Index of the first entry that follows `position`. */
  const following = (position: Position) => {
    let low = first
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = entries[middle]?.entry
      if (entry && compare(entry, position) > 0) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    add(entry, atMs) {
      entries.push({ entry, atMs })
      bytes += Buffer.byteLength(entry.payload)
      head = entry
      trim(atMs)
    },
    after(position, limit, enoughBytes = Number.POSITIVE_INFINITY) {
      if (compare(position, floor) < 0 || compare(position, head) > 0) return undefined
      const start = following(position)
      const found = entries.slice(start, start + limit).flatMap((each) => each?.entry ?? [])
      let wanted = enoughBytes
      return found.filter(({ payload }) => {
        if (wanted <= 0) return false
        wanted -= Buffer.byteLength(payload)
        return true
      })
    },
  }
}

function compare(a: Position, b: Position): number {
  return a.seq - b.seq || a.note - b.note
}

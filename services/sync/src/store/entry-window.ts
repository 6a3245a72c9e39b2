import type { LogEntry } from '../domain/log-entry'
import type { Position } from '../domain/position'
import type { RoomLogBounds } from './room-log.bounds'

/** The latest entries of one log, in order. Adding is amortised O(1), reading O(log n). */
export interface EntryWindow {
  add(entry: LogEntry, atMs: number): void
  /** Entries that follow `after`; undefined when the first of them is no longer held, or `after` lies ahead of the log. */
  after(after: Position, limit: number): readonly LogEntry[] | undefined
  latest(count: number): readonly LogEntry[]
}

export function createEntryWindow(bounds: Pick<RoomLogBounds, 'keptEvents' | 'keptMs' | 'keptEntries'>): EntryWindow {
  const entries: { readonly entry: LogEntry; readonly atMs: number }[] = []
  let first = 0
  /** The last entry that was let go: what follows it is held. */
  let floor: Position = { seq: 0, note: 0 }
  let head: Position = { seq: 0, note: 0 }

  const trim = (nowMs: number) => {
    for (let oldest = entries[first]; oldest; oldest = entries[first]) {
      const spare = oldest.entry.seq <= head.seq - bounds.keptEvents && oldest.atMs < nowMs - bounds.keptMs
      if (!spare && entries.length - first <= bounds.keptEntries) break
      floor = oldest.entry
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
      head = entry
      trim(atMs)
    },
    after(position, limit) {
      if (compare(position, floor) < 0 || compare(position, head) > 0) return undefined
      const start = following(position)
      return entries.slice(start, start + limit).map(({ entry }) => entry)
    },
    latest: (count) => entries.slice(Math.max(first, entries.length - count)).map(({ entry }) => entry),
  }
}

function compare(a: Position, b: Position): number {
  return a.seq - b.seq || a.note - b.note
}

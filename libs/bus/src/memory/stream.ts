import { type AnyCloudEvent, streamDuplicateWindowMs, streamMaxAgeMs } from '@matinee/contracts'
import type { Clock } from '@matinee/kernel'
import { textOf } from '../event-text'

export interface StoredEvent {
  /** From 1, without gaps. */
  readonly seq: number
  /** On the monotonic clock: what is kept, and for how long, must not hang on a wall clock that is set. */
  readonly storedAtMs: number
  readonly type: string
  readonly text: string
}

/** Events in the order they came, for a day and up to a number; the oldest go first. */
export interface Stream {
  /** Stores the event, unless its id was stored in the last two minutes. */
  append(event: AnyCloudEvent): void
  /** The first event kept whose number is above `seq`. */
  after(seq: number): StoredEvent | undefined
  get(seq: number): StoredEvent | undefined
  lastSeq(): number
  /** Calls back after each new event. Gives what ends it. */
  onAppend(listener: () => void): () => void
}

export function createStream({ clock, maxEvents }: { readonly clock: Clock; readonly maxEvents: number }): Stream {
  const events: StoredEvent[] = []
  /** Ids of the duplicate window, oldest first, as a Map keeps them. */
  const seen = new Map<string, number>()
  const listeners = new Set<() => void>()
  let lastSeq = 0

  const at = (seq: number): StoredEvent | undefined => {
    const first = events[0]
    return first && events[seq - first.seq]
  }
  function expire() {
    const nowMs = clock.monotonicMs()
    for (const [id, atMs] of seen) {
      if (atMs > nowMs - streamDuplicateWindowMs) break
      seen.delete(id)
    }
    const tooOld = events.findIndex((event) => event.storedAtMs > nowMs - streamMaxAgeMs)
    events.splice(0, Math.max(tooOld === -1 ? events.length : tooOld, events.length - maxEvents))
  }

  return {
    append(event) {
      expire()
      if (seen.has(event.id)) return
      lastSeq += 1
      seen.set(event.id, clock.monotonicMs())
      events.push({ seq: lastSeq, storedAtMs: clock.monotonicMs(), type: event.type, text: textOf(event) })
      if (events.length > maxEvents) events.shift()
      for (const listener of [...listeners]) listener()
    },
    after(seq) {
      expire()
      const first = events[0]
      return first && at(Math.max(seq + 1, first.seq))
    },
    get: at,
    lastSeq: () => lastSeq,
    onAppend(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

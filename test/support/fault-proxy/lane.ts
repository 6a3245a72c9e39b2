import type { Conditions } from '../fault-proxy'
import type { Random } from '../random'

interface End {
  write(bytes: Uint8Array): number
  pause(): void
  resume(): void
}

export interface LaneOptions {
  readonly conditions: Conditions
  readonly random: Random
  /** Undefined while it is not there. */
  readonly source: () => End | undefined
  readonly sink: () => End | undefined
}

/** One direction of a connection. */
export interface Lane {
  take(bytes: Uint8Array): void
  /** The sink takes bytes again. */
  drained(): void
  set(conditions: Conditions): void
  /** Nothing more comes; calls `done` when all has been passed on, and never when it cannot be. */
  finish(done: () => void): void
  stop(): void
}

/** What may be under way before the source is no longer read: so little that its sender feels a full wire soon. */
const maxUnderWayBytes = 64 * 1024

interface Piece {
  bytes: Uint8Array
  readonly dueMs: number
}

export function createLane({ conditions: first, random, source, sink }: LaneOptions): Lane {
  let conditions = first
  let pieces: Piece[] = []
  let underWayBytes = 0
  let lastDueMs = 0
  /** When the wire is free for the next byte. */
  let freeAtMs = 0
  let timer: Timer | undefined
  let dead = conditions.flow === 'lost'
  let full = false
  let paused = false
  let finished: (() => void) | undefined

  function take(bytes: Uint8Array): void {
    if (dead) return
    const nowMs = performance.now()
    lastDueMs = Math.max(lastDueMs, nowMs + conditions.latencyMs + random.next() * conditions.jitterMs)
    // The buffer is Bun's, and used again.
    pieces.push({ bytes: bytes.slice(), dueMs: lastDueMs })
    underWayBytes += bytes.length
    flow()
    look()
  }

  /** Stops or goes on reading, as there is room. */
  function look(): void {
    const crowded = !dead && (conditions.flow === 'held' || underWayBytes >= maxUnderWayBytes)
    if (crowded === paused) return
    const from = source()
    if (!from) return
    paused = crowded
    if (crowded) from.pause()
    else from.resume()
  }

  /** Passes on what is due. */
  function flow(): void {
    clearTimeout(timer)
    timer = undefined
    const to = sink()
    while (to && !dead && !full && conditions.flow === 'open') {
      const piece = pieces[0]
      if (!piece) break
      const waitMs = Math.max(piece.dueMs, freeAtMs) - performance.now()
      if (waitMs > 0) {
        timer = setTimeout(flow, Math.ceil(waitMs))
        return
      }
      const share = conditions.bytesPerS === undefined ? piece.bytes : piece.bytes.subarray(0, Math.max(1, conditions.bytesPerS / 50))
      const written = Math.max(0, to.write(share))
      if (conditions.bytesPerS !== undefined) freeAtMs = performance.now() + (written / conditions.bytesPerS) * 1_000
      full = written < share.length
      underWayBytes -= written
      piece.bytes = piece.bytes.subarray(written)
      if (piece.bytes.length === 0) pieces.shift()
    }
    look()
    if (pieces.length === 0 && !dead && conditions.flow === 'open') finished?.()
  }

  return {
    take,
    drained() {
      full = false
      flow()
    },
    set(next) {
      conditions = next
      if (next.flow === 'lost' && !dead) {
        dead = true
        pieces = []
        underWayBytes = 0
      }
      flow()
      look()
    },
    finish(done) {
      finished = done
      flow()
    },
    stop() {
      dead = true
      pieces = []
      clearTimeout(timer)
    },
  }
}

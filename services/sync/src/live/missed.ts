import { eventsAfter } from '../domain/replica'
import type { ResumeFrom } from '../domain/resume-point'
import type { SnapshotReason } from '../domain/room-state'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'

/** The events that a client lacks, or why there is nothing to go on from. */
export interface Missed {
  readonly payloads: readonly string[]
  /** The seq of the last of them. */
  readonly upTo: number
  /** Why there is nothing to go on from. */
  readonly reason?: SnapshotReason
}

/** Who asks for what was missed. */
export interface Asking {
  /** Whether anybody still wants to know; else the answer is of no use. */
  readonly isWanted: () => boolean
  /** No more is read than it takes to have so much. */
  readonly enoughBytes: number
}

/** What was missed after `from`, up to where the replica has the rest at hand, or to what is enough. */
export async function missedBy(
  { readMissed, rooms }: Pick<LiveContext, 'readMissed' | 'rooms'>,
  room: LiveRoom,
  from: ResumeFrom,
  { isWanted, enoughBytes }: Asking,
): Promise<Missed> {
  const { epoch } = room.replica
  const nothing = (reason: SnapshotReason): Missed => ({ payloads: [], upTo: from.seq, reason })
  if (from.epoch !== epoch) return nothing('epoch')
  // Another node may have told the client of events that have not come here yet.
  if (from.seq > room.replica.seq) await rooms.catchUp(room)
  if (from.seq > room.replica.seq) return nothing('ahead')
  const payloads: string[] = []
  let bytes = 0
  let upTo = from.seq
  let at = { seq: from.seq, note: Number.MAX_SAFE_INTEGER }
  while (bytes < enoughBytes && !eventsAfter(room.replica, at.seq)) {
    const entries = await readMissed(room.code, { epoch, ...at }, isWanted)
    const last = entries?.at(-1)
    if (!entries || !last || room.replica.epoch !== epoch) return nothing('window')
    for (const entry of entries) {
      if (entry.note > 0) continue
      if (entry.seq !== upTo + 1) break
      upTo = entry.seq
      payloads.push(entry.payload)
      bytes += Buffer.byteLength(entry.payload)
    }
    // The log has lost something from its midst: what is left is not given for the whole.
    if (last.seq !== upTo) return nothing('window')
    at = { seq: last.seq, note: last.note }
    // The log has gone on meanwhile, at another node: what has been read is not here yet.
    if (at.seq > room.replica.seq) await rooms.catchUp(room)
  }
  return { payloads, upTo: at.seq }
}

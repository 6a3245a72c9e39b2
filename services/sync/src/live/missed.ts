import { eventsAfter } from '../domain/replica'
import type { ResumeFrom } from '../domain/resume-point'
import type { SnapshotReason } from '../domain/room-state'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { pageLength } from './rooms'

/** How many entries are read at once where no more is wanted than so many bytes: the longest lines come to a few KiB. */
const fewEntries = 64

/** The events that a client lacks, or why there is nothing to go on from. */
export interface Missed {
  readonly payloads: readonly string[]
  /** The seq of the last of them. */
  readonly upTo: number
  /** Why there is nothing to go on from. */
  readonly reason?: SnapshotReason
}

/** What was missed after `from`, up to where the replica has the rest at hand; where `enoughBytes` are given, no more than it takes to have that much. */
export async function missedBy(
  { log, rooms }: Pick<LiveContext, 'log' | 'rooms'>,
  room: LiveRoom,
  from: ResumeFrom,
  enoughBytes = Number.POSITIVE_INFINITY,
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
    const entries = await log.read(room.code, { epoch, ...at }, enoughBytes < Number.POSITIVE_INFINITY ? fewEntries : pageLength)
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

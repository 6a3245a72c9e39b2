import type { Member, Policy } from '@matinee/contracts'
import { personOf } from './person'
import type { Replica, ShownPeople } from './replica'

/** How many of those present a newcomer is shown; `participants_total` says how many there are. */
export const maxShownParticipants = 100

/** How much of what was said it is shown, so that all of its ROOM_STATE is less than may wait for a client. */
const maxHistoryBytes = 128 * 1024

interface Addressee {
  /** The member's own JSON. */
  readonly member: string
  readonly isHost: boolean
  /** Whether it is present although no event has told of it yet: then it is shown on top of those who are told of. */
  readonly untold?: boolean
}
interface Standing {
  readonly policy: Policy
  readonly serverTimeMs: number
}

/** Why a client gets everything: it is new, has missed more than the log holds, knows another log, or is ahead of it. */
export type SnapshotReason = 'first' | 'window' | 'epoch' | 'ahead'

/** The text of a whole ROOM_STATE, at the replica's seq. */
export function snapshotFrame(replica: Replica, to: Addressee, reason: SnapshotReason, standing: Standing): string {
  return (
    `{"type":"ROOM_STATE","resumed":false,"reason":"${reason}",${common(replica, replica.seq, to, standing)},"room":${replica.roomText},` +
    `${participants(replica, to)},"playback":${replica.playbackText},` +
    `"chat_history":[${latestOf(replica.chats).join(',')}]${pending(replica, to)}}`
  )
}

/** The latest lines that come to no more than `maxHistoryBytes`. */
function latestOf(chats: readonly string[]): readonly string[] {
  let [from, bytes] = [chats.length, 0]
  while (from > 0) {
    bytes += Buffer.byteLength(chats[from - 1] ?? '')
    if (bytes > maxHistoryBytes) break
    from--
  }
  return chats.slice(from)
}

/** The text of a ROOM_STATE for one who has everything up to `seq`; the events up to the head follow it. */
export function resumedFrame(replica: Replica, to: Addressee, seq: number, standing: Standing): string {
  return `{"type":"ROOM_STATE","resumed":true,${common(replica, seq, to, standing)},"head_seq":${replica.seq}${pending(replica, to)}}`
}

function participants(replica: Replica, { member, untold = false }: Addressee): string {
  replica.shown ??= newestOf(replica.people)
  const { first, last } = replica.shown
  const shown = (untold ? [member, first] : [first, last]).filter(Boolean)
  return `"participants":[${shown.join(',')}],"participants_total":${replica.people.size + (untold ? 1 : 0)}`
}

function newestOf(people: Replica['people']): ShownPeople {
  const newest = [...people.values()].slice(-maxShownParticipants).reverse()
  const last = newest.length === maxShownParticipants ? newest.pop() : undefined
  return { first: newest.join(','), last }
}

const common = (replica: Replica, seq: number, { member }: Addressee, { policy, serverTimeMs }: Standing) =>
  `"epoch":"${replica.epoch}","seq":${seq},"you":${member},"policy":${JSON.stringify(policy)},"server_time_ms":${serverTimeMs}`

const pending = (replica: Replica, { isHost }: Addressee) =>
  isHost
    ? `,"pending":[${[...replica.pending.values()].map((member) => JSON.stringify(personOf(JSON.parse(member) as Member))).join(',')}]`
    : ''

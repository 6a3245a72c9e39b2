import type { RoomsSeen } from '@matinee/contracts'
import type { Clock } from '@matinee/kernel'
import type { LiveRoom } from './room'
import type { Rooms } from './rooms'

/** How often those who stay are named again: a little less often than auth would write it. */
const roundEveryMs = 65_000
/** How many people are named at once: the bus takes messages of 1 MiB, and those who hear it write as many rows. */
const mostNamed = 5_000

/** What telling who is here needs. `mostNamed`: how many people at once. */
export interface SeenOptions {
  readonly node: string
  readonly rooms: Pick<Rooms, 'all'>
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logNowMs: () => number
  readonly mostNamed?: number
}

/**
 * What the other contexts keep `last_seen` and viewer counts from, to be asked for every few seconds: all rooms with their
 * viewers, and by name whoever has come since. Once a minute a new round begins, in which all are named again; but not
 * before everybody was, however many they are.
 */
export function createSeen({ node, rooms, clock, logNowMs, mostNamed: most = mostNamed }: SeenOptions): () => RoomsSeen {
  let roundMs = clock.monotonicMs()
  let isWhole = true

  /** Names up to `left` people of a room who have not been named in this round. */
  function name({ members }: LiveRoom, left: number, nowMs: number): string[] {
    const users = new Set<string>()
    for (const { identity, seenMs } of members) {
      if (!identity || seenMs >= roundMs || users.has(identity.userId)) continue
      if (users.size < left) users.add(identity.userId)
      else {
        isWhole = false
        break
      }
    }
    if (users.size > 0) for (const session of members) if (session.identity && users.has(session.identity.userId)) session.seenMs = nowMs
    return [...users]
  }

  return () => {
    const nowMs = clock.monotonicMs()
    if (isWhole && nowMs - roundMs >= roundEveryMs) roundMs = nowMs
    isWhole = true
    let left = most
    const told = rooms.all().map((room): RoomsSeen['rooms'][number] => {
      const user_ids = name(room, left, nowMs)
      left -= user_ids.length
      return { room_code: room.code, viewers: viewersOf(room), user_ids }
    })
    return { node, at_ms: logNowMs(), rooms: told }
  }
}

/** A person with several sockets is one viewer. */
function viewersOf({ members }: LiveRoom): number {
  const users = new Set<string>()
  for (const { identity } of members) if (identity) users.add(identity.userId)
  return users.size
}

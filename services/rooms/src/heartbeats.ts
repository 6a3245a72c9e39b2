import type { RoomsSeen } from '@matinee/contracts'
import type { Clock, Log } from '@matinee/kernel'
import type { RoomStore, SeenRoom } from './ports'

/**
 * Writes who was seen, behind the caller's back and one write at a time: what arrives meanwhile is written together
 * after it. What cannot be written is dropped, for the nodes say it again in 15 s.
 */
export function createHeartbeats({ store, clock, log }: { store: Pick<RoomStore, 'seen'>; clock: Clock; log: Log }) {
  let next = new Map<string, Set<string>>()
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    while (next.size > 0) {
      const atMs = clock.nowMs()
      const seen: SeenRoom[] = [...next].map(([code, userIds]) => ({ code, userIds: [...userIds] }))
      next = new Map()
      await store.seen(seen, atMs).catch((error) => log.warn('heartbeats were not written', { error, rooms: seen.length }))
    }
    writing = undefined
  }

  return {
    heard({ rooms }: RoomsSeen): void {
      for (const { room_code: code, user_ids: userIds } of rooms)
        if (userIds.length > 0) next.set(code, new Set([...(next.get(code) ?? []), ...userIds]))
      if (next.size > 0) writing ??= write()
    },
    /** Resolves when all that was heard has been written or dropped. */
    settled: async (): Promise<void> => await writing,
  }
}

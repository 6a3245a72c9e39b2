import type { Clock } from '@matinee/kernel'
import type { Named, Person } from './domain/room'

/**
 * The newest names of those who took another one of late: for one lifetime of a token after it was heard, for as long
 * access tokens may still carry the older one; of the newest `most` people.
 */
export function createNames({ clock, tokenTtlMs, most = 100_000 }: { clock: Clock; tokenTtlMs: number; most?: number }) {
  // A map keeps the order of insertion, so the first is the first to go.
  const newest = new Map<string, { readonly named: Named; readonly heardAtMs: number }>()

  const sweep = () => {
    for (const [userId, { heardAtMs }] of newest) {
      if (heardAtMs > clock.monotonicMs() - tokenTtlMs && newest.size <= most) break
      newest.delete(userId)
    }
  }

  return {
    /** An older name than the one known changes nothing. */
    heard(named: Named): void {
      const known = newest.get(named.userId)
      if (known && known.named.namedAtMs > named.namedAtMs) return
      newest.delete(named.userId)
      newest.set(named.userId, { named, heardAtMs: clock.monotonicMs() })
      sweep()
    },

    forget: (userId: string): void => void newest.delete(userId),

    /** `person` as they are called now; as the access token has it, when no newer name is known. */
    of(person: Person): Person | Named {
      sweep()
      return newest.get(person.userId)?.named ?? person
    },
  }
}
export type Names = ReturnType<typeof createNames>

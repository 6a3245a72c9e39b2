import type { Clock } from '@matinee/kernel'
import type { Named, Person } from './domain/room'

/**
 * The newest names of those who took another one of late, and who is no more: for one lifetime of a token after it was
 * heard, for as long access tokens may still say otherwise; of the newest `most` people.
 */
export function createNames({ clock, tokenTtlMs, most = 100_000 }: { clock: Clock; tokenTtlMs: number; most?: number }) {
  // A map keeps the order of insertion, so the first is the first to go.
  const newest = new Map<string, { readonly named: Named | undefined; readonly heardAtMs: number }>()

  const sweep = () => {
    for (const [userId, { heardAtMs }] of newest) {
      if (heardAtMs > clock.monotonicMs() - tokenTtlMs && newest.size <= most) break
      newest.delete(userId)
    }
  }

  const note = (userId: string, named: Named | undefined) => {
    newest.delete(userId)
    newest.set(userId, { named, heardAtMs: clock.monotonicMs() })
    sweep()
  }

  return {
    /** An older name than the one known changes nothing, and one who is no more gets none. */
    heard(named: Named): void {
      const known = newest.get(named.userId)
      if (known && (!known.named || known.named.namedAtMs > named.namedAtMs)) return
      note(named.userId, named)
    },

    /** The account was erased, and its name is not kept. */
    gone: (userId: string): void => note(userId, undefined),

    isGone(userId: string): boolean {
      sweep()
      const known = newest.get(userId)
      return known !== undefined && known.named === undefined
    },

    /** `person` as they are called now; as the access token has it, when no newer name is known. */
    of(person: Person): Person | Named {
      sweep()
      return newest.get(person.userId)?.named ?? person
    },
  }
}
export type Names = ReturnType<typeof createNames>

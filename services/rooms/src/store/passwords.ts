import { Refusal } from '@matinee/kernel'
import type { Passwords } from '../ports'

export interface PasswordBounds {
  /** How many have their turn at a time. */
  readonly atOnce: number
  /** How many may wait for theirs; the next one is refused. */
  readonly mostWaiting: number
}

/** What OWASP's password storage cheat sheet asks of argon2id at least. */
const cost = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** argon2id, a few at a time: each takes a core and 19 MiB, and requests of other kinds need their share. */
export function createPasswords({ atOnce, mostWaiting }: PasswordBounds): Passwords {
  const waiting: (() => void)[] = []
  let free = atOnce

  return {
    async inTurn(work) {
      if (free > 0) free--
      else if (waiting.length >= mostWaiting) throw new Refusal('unavailable', { retryAfterMs: 1_000 })
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        // The turn passes on to whoever has waited longest.
        const next = waiting.shift()
        if (next) next()
        else free++
      }
    },
    hash: (password) => Bun.password.hash(password, cost),
    // Bun throws for an empty one, which nobody's password is.
    verify: async (password, hash) => password !== '' && (await Bun.password.verify(password, hash)),
  }
}

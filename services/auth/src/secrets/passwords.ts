import { Refusal } from '@matinee/kernel'
import { normalPassword } from '../domain/credentials'
import type { Passwords } from '../ports'

/** OWASP's first choice for argon2id: 19 MiB and two passes, some 40 ms of one core. */
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

export interface PasswordBounds {
  /** How many computations run at once; each takes 19 MiB and a thread. */
  readonly atOnce: number
  /** How many wait for their turn; the next one is refused. */
  readonly waiting: number
}

/** Passwords as argon2id, off the main thread, a few at a time: a storm of logins is refused instead of taking all memory. */
export async function createPasswords(bounds: PasswordBounds): Promise<Passwords> {
  const turn = createTurns(bounds)
  // Verified against when there is nothing to verify against, so that this costs the same.
  const nobody = await Bun.password.hash(crypto.randomUUID(), argon2id)
  return {
    hash: (password) => turn(() => Bun.password.hash(normalPassword(password), argon2id)),
    verify: (password, hash) =>
      turn(async () => {
        const matches = await Bun.password.verify(normalPassword(password), hash ?? nobody)
        return matches && hash !== undefined
      }),
  }
}

/** Runs work at most `atOnce` at a time, first come first served; refuses when `waiting` wait already. */
export function createTurns({ atOnce, waiting }: PasswordBounds) {
  const queue: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new Refusal('unavailable', { retryAfterMs: 2_000 })
      // Whoever ends hands its turn over, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}

import { createTurns, type TurnBounds } from '@matinee/kernel'
import { normalPassword } from '../domain/credentials'
import type { Passwords } from '../ports'

/** OWASP's first choice for argon2id: 19 MiB and two passes, some 40 ms of one core. */
const argon2id = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** Passwords as argon2id, off the main thread, a few at a time, each with 19 MiB and a thread: a storm of logins is refused instead of taking all memory. */
export async function createPasswords(bounds: TurnBounds): Promise<Passwords> {
  // Verified against when there is nothing to verify against, so that this costs the same.
  const nobody = await Bun.password.hash(crypto.randomUUID(), argon2id)
  return {
    inTurn: createTurns(bounds),
    hash: (password) => Bun.password.hash(normalPassword(password), argon2id),
    async verify(password, hash) {
      const matches = await Bun.password.verify(normalPassword(password), hash ?? nobody)
      return matches && hash !== undefined
    },
  }
}

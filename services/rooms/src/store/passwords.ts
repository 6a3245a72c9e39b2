import { createTurns, type TurnBounds } from '@matinee/kernel'
import type { Passwords } from '../ports'

/** What OWASP's password storage cheat sheet asks of argon2id at least. */
const cost = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

/** argon2id, a few at a time: each takes a core and 19 MiB, and requests of other kinds need their share. */
export const createPasswords = (bounds: TurnBounds): Passwords => ({
  inTurn: createTurns(bounds),
  hash: (password) => Bun.password.hash(password, cost),
  // Bun throws for an empty one, which nobody's password is.
  verify: async (password, hash) => password !== '' && (await Bun.password.verify(password, hash)),
})

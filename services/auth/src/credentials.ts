import { type Clock, Refusal } from '@matinee/kernel'
import { type LoginLimits, loginKeys } from './domain/attempts'
import type { AttemptStore, Passwords } from './ports'

export interface CredentialsDeps {
  readonly attempts: AttemptStore
  readonly passwords: Passwords
  readonly digest: (text: string) => string
  readonly clock: Clock
  /** Undefined when limits are off. */
  readonly limits: LoginLimits | undefined
}

export interface Guess {
  /** Lower-cased, whether or not there is such an account. */
  readonly email: string
  readonly password: string
  /** Undefined when there is no such account. */
  readonly passwordHash: string | undefined
  /** Where the client is. */
  readonly address: string
}

/**
 * Verifies passwords, and limits how often that may go wrong. Refuses with
 * `rate_limited` when it went wrong too often, with `invalid_credentials` when it is wrong.
 */
export function createCredentials({ attempts, passwords, digest, clock, limits }: CredentialsDeps) {
  return {
    async verify({ email, password, passwordHash, address }: Guess): Promise<void> {
      const keys = limits ? loginKeys(limits, { account: digest(email), address }) : []
      // In the turn, not before it: a crowd with the right password must not use up its own tries by waiting.
      await passwords.inTurn(async () => {
        // Counted before it is verified: guesses made at once must not all see the count of none.
        const taken = await attempts.take(keys, clock.nowMs())
        if (!taken.allowed) throw new Refusal('rate_limited', { retryAfterMs: taken.retryAfterMs })
        let wrong = false
        try {
          wrong = !(await passwords.verify(password, passwordHash))
        } finally {
          if (!wrong) await attempts.giveBack(keys)
        }
        if (wrong) throw new Refusal('invalid_credentials')
      })
    },
  }
}
export type Credentials = ReturnType<typeof createCredentials>

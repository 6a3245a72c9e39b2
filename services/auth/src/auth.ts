import type { Clock, Ids } from '@matinee/kernel'
import { createAccounts } from './accounts'
import { createCredentials } from './credentials'
import type { LoginLimits } from './domain/attempts'
import type { AccessTokens, AttemptStore, Passwords, RefreshTokens, SessionStore, UserStore } from './ports'
import { createSessions } from './sessions'

export interface AuthDeps {
  readonly users: UserStore
  readonly sessionStore: SessionStore
  readonly attempts: AttemptStore
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
  readonly ids: Ids
  readonly issuer: string
  readonly accessTokenTtlMs: number
  /** Undefined when limits are off. */
  readonly limits: LoginLimits | undefined
}

/** The use cases of auth: everything it does, whoever asks. */
export function createAuth(deps: AuthDeps) {
  const sessions = createSessions({ ...deps, sessions: deps.sessionStore })
  const credentials = createCredentials({ ...deps, digest: deps.refreshTokens.digest })
  const accounts = createAccounts({ ...deps, sessions, credentials })
  return { accounts, sessions }
}
export type Auth = ReturnType<typeof createAuth>

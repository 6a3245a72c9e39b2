import type { Session as SessionAnswer } from '@matinee/contracts'
import { type Clock, type Ids, Refusal } from '@matinee/kernel'
import { accessClaims } from './domain/access-claims'
import { firstToken, newSession, present } from './domain/session'
import type { User } from './domain/user'
import type { AccessTokens, Opening, RefreshTokens, SessionStore, UserStore } from './ports'
import { publicUser } from './public-user'

export interface SessionsDeps {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly accessTokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
  readonly ids: Ids
  readonly issuer: string
  readonly accessTokenTtlMs: number
}

/** A session that is ready to be stored, with the one copy of its refresh token. */
export interface PreparedSession extends Opening {
  readonly refreshToken: string
}

/** Opens, refreshes and ends sessions, and makes their tokens. */
export function createSessions(deps: SessionsDeps) {
  const { users, sessions, accessTokens, refreshTokens, clock, ids, issuer, accessTokenTtlMs } = deps

  async function answer(user: User, sessionId: string, refreshToken: string): Promise<SessionAnswer> {
    const expiresAtMs = clock.nowMs() + accessTokenTtlMs
    return {
      user: publicUser(user),
      access_token: await accessTokens.sign(accessClaims(user, { issuer, sessionId, tokenId: ids.uuid(), expiresAtMs })),
      token_type: 'Bearer',
      expires_in: Math.floor(accessTokenTtlMs / 1000),
      refresh_token: refreshToken,
    }
  }

  return {
    /** A session for `userId` that is not stored yet. */
    prepare(userId: string): PreparedSession {
      const refreshToken = refreshTokens.create()
      const session = newSession({ id: ids.uuid(), userId, nowMs: clock.nowMs() })
      return { session, token: firstToken(session, refreshTokens.digest(refreshToken)), refreshToken }
    },

    /** What the client is told of a session that has been stored. */
    answer: (user: User, { session, refreshToken }: PreparedSession) => answer(user, session.id, refreshToken),

    /** Trades a refresh token for a new pair. Refuses with `refresh_invalid`, or with `refresh_reused` and the end of the session. */
    async refresh(presented: string): Promise<SessionAnswer> {
      const nowMs = clock.nowMs()
      const next = refreshTokens.create()
      const successor = { hash: refreshTokens.digest(next), sealed: await refreshTokens.seal(presented, next) }
      const outcome = await sessions.refresh(refreshTokens.digest(presented), (stored) => present(stored, successor, nowMs))
      if (!('user' in outcome)) throw new Refusal(outcome.decision.kind === 'reused' ? 'refresh_reused' : 'refresh_invalid')
      const { decision, sessionId, user } = outcome
      await users.seen([user.id], nowMs)
      const refreshToken = decision.kind === 'rotate' ? next : await refreshTokens.open(presented, decision.sealedSuccessor)
      return answer(user, sessionId, refreshToken)
    },

    /** Ends a session: its tokens are refused from now on. Ending it again changes nothing. */
    end: (sessionId: string): Promise<void> => sessions.end(sessionId),

    /** Whether a session has ended, or never was. */
    hasEnded: async (sessionId: string): Promise<boolean> => !(await sessions.isLive(sessionId)),
  }
}
export type Sessions = ReturnType<typeof createSessions>

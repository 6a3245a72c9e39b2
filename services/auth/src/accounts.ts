import type { User as PublicUser, Session as SessionAnswer } from '@matinee/contracts'
import { type Clock, type Ids, Refusal } from '@matinee/kernel'
import type { Credentials } from './credentials'
import { normalEmail } from './domain/credentials'
import { changePassword, newAccount, newGuest, rename, type UserChange, upgrade } from './domain/user'
import type { Passwords, SessionStore, UserStore } from './ports'
import { publicUser } from './public-user'
import type { Sessions } from './sessions'

export interface AccountsDeps {
  readonly users: UserStore
  readonly sessionStore: Pick<SessionStore, 'open'>
  readonly sessions: Sessions
  readonly credentials: Credentials
  readonly passwords: Passwords
  readonly clock: Clock
  readonly ids: Ids
}

/** The e-mail is lower-cased, the name trimmed, the password held to the rules: the edge has seen to that. */
export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly displayName: string
}

/** Who asks, by which session and from where. */
export interface Caller {
  readonly userId: string
  readonly sessionId: string
  readonly address: string
}

/** What people do with their accounts, guests included. */
export function createAccounts({ users, sessionStore, sessions, credentials, passwords, clock, ids }: AccountsDeps) {
  async function hashForNew(email: string, password: string): Promise<string> {
    // The store decides; asked here too because the answer costs no argon2.
    if (await users.findByEmail(email)) throw new Refusal('email_taken')
    return passwords.inTurn(() => passwords.hash(password))
  }

  async function own(userId: string) {
    const user = await users.find(userId)
    if (!user) throw new Refusal('unauthenticated')
    return user
  }

  return {
    /** Makes an account and signs it in. Refuses with `email_taken`. */
    async register({ email, password, displayName }: NewAccount): Promise<SessionAnswer> {
      const passwordHash = await hashForNew(email, password)
      const user = newAccount({ id: ids.uuid(), email, passwordHash, displayName, nowMs: clock.nowMs() })
      const prepared = sessions.prepare(user.id)
      await users.add(user, prepared)
      return sessions.answer(user, prepared)
    },

    /** Starts as a guest. */
    async guest(displayName: string): Promise<SessionAnswer> {
      const user = newGuest({ id: ids.uuid(), displayName, nowMs: clock.nowMs() })
      const prepared = sessions.prepare(user.id)
      await users.add(user, prepared)
      return sessions.answer(user, prepared)
    },

    /** Signs in. Refuses with `invalid_credentials`, whichever of the two was wrong, or with `rate_limited`. */
    async login(typed: { readonly email: string; readonly password: string; readonly address: string }): Promise<SessionAnswer> {
      const email = normalEmail(typed.email)
      const user = await users.findByEmail(email)
      const passwordHash = user?.passwordHash ?? undefined
      await credentials.verify({ ...typed, email, passwordHash })
      if (!user || passwordHash === undefined) throw new Refusal('invalid_credentials')
      const prepared = sessions.prepare(user.id)
      await sessionStore.open(prepared, passwordHash)
      await users.seen([user.id], clock.nowMs())
      return sessions.answer(user, prepared)
    },

    me: async (userId: string): Promise<PublicUser> => publicUser(await own(userId)),

    /** Changes name, password, or both together. A password needs the current one and ends the caller's other sessions. */
    async change(
      caller: Caller,
      wanted: {
        readonly displayName?: string | undefined
        readonly password?: { readonly current: string; readonly next: string } | undefined
      },
    ): Promise<PublicUser> {
      const { displayName, password } = wanted
      const replacement = password && (await replacePassword(caller, password))
      const decide = (user: Parameters<typeof rename>[0]): UserChange => {
        const named = displayName === undefined ? { user, facts: [] } : rename(user, displayName)
        if (!replacement) return named
        const changed = changePassword(named.user, { ...replacement, sessionId: caller.sessionId })
        return { ...changed, facts: [...named.facts, ...changed.facts] }
      }
      return publicUser(await users.update(caller.userId, decide))
    },

    /** Turns a guest into an account under the same id. Refuses with `already_account` or `email_taken`. */
    async upgrade(userId: string, { email, password }: { readonly email: string; readonly password: string }): Promise<PublicUser> {
      if (!(await own(userId)).isGuest) throw new Refusal('already_account')
      const passwordHash = await hashForNew(email, password)
      return publicUser(await users.update(userId, (user) => upgrade(user, { email, passwordHash })))
    },

    /** Erases the user and ends all of their sessions. */
    remove: (userId: string): Promise<void> => users.remove(userId),
  }

  async function replacePassword({ userId, address }: Caller, { current, next }: { readonly current: string; readonly next: string }) {
    const { email, passwordHash: verifiedHash } = await own(userId)
    if (email === null || verifiedHash === null) throw new Refusal('guest_has_no_password')
    await credentials.verify({ email, password: current, passwordHash: verifiedHash, address })
    return { verifiedHash, passwordHash: await passwords.inTurn(() => passwords.hash(next)) }
  }
}
export type Accounts = ReturnType<typeof createAccounts>

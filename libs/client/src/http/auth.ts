import type { GuestBody, LoginBody, RegisterBody, Session, UpdateMeBody, UpgradeBody, User } from '../contract-types'
import { MatineeError } from '../matinee-error'
import type { Readable } from '../store'
import type { Caller } from './caller'
import type { SessionKeeper } from './session'

/** Signing in and out, and one's own account. All reject with a `MatineeError`. */
export interface Auth {
  /** Who is signed in; null when nobody is. Also changes when the session ends by itself. */
  readonly user: Readable<User | null>
  guest(body: GuestBody): Promise<User>
  register(body: RegisterBody): Promise<User>
  login(body: LoginBody): Promise<User>
  /** Ends the session here in any case, and on the server if it can be reached. */
  logout(): Promise<void>
  me(): Promise<User>
  updateMe(body: UpdateMeBody): Promise<User>
  /** Turns a guest into an account, under the same id. */
  upgrade(body: UpgradeBody): Promise<User>
  /** Erases the account. */
  deleteMe(): Promise<void>
  /** A token that is good now, for calls of your own. Refreshed ahead of its expiry, which needs no call of yours. */
  token(): Promise<string>
  /** Refreshes the session now. */
  refresh(): Promise<void>
}

/** `call` makes calls as nobody, `callSigned` as the one who is signed in. */
export function createAuth(call: Caller, callSigned: Caller, session: SessionKeeper): Auth {
  const signIn = async (path: string, body: unknown) => session.begin(await call<Session>({ method: 'POST', path, body }))
  const me = '/api/auth/me/'
  return {
    user: session.user,
    guest: (body) => signIn('/api/auth/guest/', body),
    register: (body) => signIn('/api/auth/register/', body),
    login: (body) => signIn('/api/auth/login/', body),
    async logout() {
      try {
        await callSigned({ method: 'POST', path: '/api/auth/logout/' })
      } catch (error) {
        // A session that has ended already needs no ending.
        if (!(error instanceof MatineeError) || error.status !== 401) throw error
      } finally {
        session.end()
      }
    },
    me: async () => session.rename(await callSigned<User>({ method: 'GET', path: me })),
    updateMe: async (body) => session.rename(await callSigned<User>({ method: 'PATCH', path: me, body })),
    upgrade: async (body) => session.rename(await callSigned<User>({ method: 'POST', path: '/api/auth/me/upgrade/', body })),
    async deleteMe() {
      await callSigned({ method: 'DELETE', path: me })
      session.end()
    },
    token: session.token,
    refresh: async () => void (await session.freshToken()),
  }
}

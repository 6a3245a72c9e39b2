import { Refusal } from '@matinee/kernel'
import type { AuthFact } from './fact'

/** A person: a guest, who has neither e-mail nor password, or an account, which has both. */
export interface User {
  readonly id: string
  /** Lower-cased; null for a guest. */
  readonly email: string | null
  readonly passwordHash: string | null
  readonly displayName: string
  readonly isGuest: boolean
  readonly isStaff: boolean
  readonly isSuperuser: boolean
  readonly lastSeenAtMs: number
  readonly createdAtMs: number
}

/** What a change of a user comes to: committed as a whole, or not at all. */
export interface UserChange {
  readonly user: User
  readonly facts: readonly AuthFact[]
  /** The session that stays when the user's others end; absent when none ends. */
  readonly endSessionsExcept?: string
}

interface NewUser {
  readonly id: string
  readonly displayName: string
  readonly nowMs: number
}

/** A guest who has just come. */
export function newGuest({ id, displayName, nowMs }: NewUser): User {
  return {
    id,
    email: null,
    passwordHash: null,
    displayName,
    isGuest: true,
    isStaff: false,
    isSuperuser: false,
    lastSeenAtMs: nowMs,
    createdAtMs: nowMs,
  }
}

/** An account that has just been made; its e-mail is lower-cased already. */
export function newAccount({ email, passwordHash, ...rest }: NewUser & { readonly email: string; readonly passwordHash: string }): User {
  return { ...newGuest(rest), email, passwordHash, isGuest: false }
}

/** An account that may do everything, once there is something only staff may do. */
export function newSuperuser(account: Parameters<typeof newAccount>[0]): User {
  return { ...newAccount(account), isStaff: true, isSuperuser: true }
}

/** Gives `user` another name. The same name is no change and announces nothing. */
export function rename(user: User, displayName: string): UserChange {
  if (displayName === user.displayName) return { user, facts: [] }
  const renamed = { ...user, displayName }
  return { user: renamed, facts: [updated(renamed)] }
}

/** Turns a guest into an account under the same id. Refuses what is an account already. */
export function upgrade(user: User, { email, passwordHash }: { readonly email: string; readonly passwordHash: string }): UserChange {
  if (!user.isGuest) throw new Refusal('already_account')
  const account = { ...user, email, passwordHash, isGuest: false }
  return { user: account, facts: [updated(account)] }
}

/**
 * Gives an account another password, which ends its sessions but `sessionId`. Refuses when the password is no longer
 * the one that was verified: two changes at once cannot both have known the current one.
 */
export function changePassword(
  user: User,
  { verifiedHash, passwordHash, sessionId }: { readonly verifiedHash: string; readonly passwordHash: string; readonly sessionId: string },
): UserChange {
  if (user.passwordHash !== verifiedHash) throw new Refusal('invalid_credentials')
  return { user: { ...user, passwordHash }, facts: [], endSessionsExcept: sessionId }
}

const updated = (user: User): AuthFact => ({
  type: 'auth.user.updated',
  data: { user_id: user.id, display_name: user.displayName, is_guest: user.isGuest },
})

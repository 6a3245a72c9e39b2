import { type Clock, type Ids, Refusal } from '@matinee/kernel'
import type { NewAccount } from './accounts'
import { newSuperuser } from './domain/user'
import type { Passwords, UserStore } from './ports'

interface Deps {
  readonly users: Pick<UserStore, 'findByEmail' | 'add'>
  readonly passwords: Pick<Passwords, 'hash'>
  readonly clock: Clock
  readonly ids: Ids
}

/** Makes an account that may do everything, without signing it in. Refuses with `email_taken`: it never promotes an account there is. */
export async function addSuperuser({ users, passwords, clock, ids }: Deps, account: NewAccount): Promise<{ readonly id: string }> {
  const { email, password, displayName } = account
  if (await users.findByEmail(email)) throw new Refusal('email_taken')
  const user = newSuperuser({ id: ids.uuid(), email, passwordHash: await passwords.hash(password), displayName, nowMs: clock.nowMs() })
  await users.add(user)
  return { id: user.id }
}

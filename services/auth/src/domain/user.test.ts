import { expect, test } from 'bun:test'
import { Refusal } from '@matinee/kernel'
import { changePassword, newAccount, newGuest, newSuperuser, rename, upgrade } from './user'

const nowMs = Date.UTC(2026, 0, 1)
const guest = newGuest({ id: 'ben', displayName: 'Ben', nowMs })
const account = newAccount({ id: 'ana', displayName: 'Ana', email: 'ana@example.org', passwordHash: 'hash', nowMs })

test('[AU2] a guest has neither e-mail nor password; an account has both, and no rights beyond', () => {
  expect(guest).toMatchObject({ email: null, passwordHash: null, isGuest: true, isStaff: false, isSuperuser: false })
  expect(account).toMatchObject({ email: 'ana@example.org', passwordHash: 'hash', isGuest: false, isStaff: false, isSuperuser: false })
})

test('[AU5] a guest becomes an account under the same id, and that is announced', () => {
  const { user, facts } = upgrade(guest, { email: 'ben@example.org', passwordHash: 'hash' })

  expect(user).toEqual({ ...guest, email: 'ben@example.org', passwordHash: 'hash', isGuest: false })
  expect(facts).toEqual([{ type: 'auth.user.updated', data: { user_id: 'ben', display_name: 'Ben', is_guest: false } }])
})

test('[AU5] an account is not upgraded again', () => {
  expect(() => upgrade(account, { email: 'other@example.org', passwordHash: 'other' })).toThrow(new Refusal('already_account'))
})

test('[AU6] a new name is announced; the same name is not', () => {
  expect(rename(account, 'Anna').facts).toEqual([
    { type: 'auth.user.updated', data: { user_id: 'ana', display_name: 'Anna', is_guest: false } },
  ])
  expect(rename(account, 'Ana')).toEqual({ user: account, facts: [] })
})

test('[AU7] a new password ends the other sessions', () => {
  const change = changePassword(account, { verifiedHash: 'hash', passwordHash: 'new', sessionId: 'mine' })

  expect(change.user.passwordHash).toBe('new')
  expect(change.endSessionsExcept).toBe('mine')
})

test('[AU7] a password that was changed since it was verified is not changed again', () => {
  expect(() => changePassword(account, { verifiedHash: 'older', passwordHash: 'new', sessionId: 'mine' })).toThrow(
    new Refusal('invalid_credentials'),
  )
})

test('[AU10] a superuser is staff too', () => {
  const ada = newSuperuser({ id: 'ada', displayName: 'Ada', email: 'ada@example.org', passwordHash: 'hash', nowMs })

  expect(ada).toMatchObject({ isStaff: true, isSuperuser: true, isGuest: false })
})

import { expect, test } from 'bun:test'
import { accessClaims } from './access-claims'
import { newAccount, newGuest } from './user'

const nowMs = Date.UTC(2026, 0, 1)
const grant = { issuer: 'matinee', sessionId: 'session', tokenId: 'token', expiresAtMs: nowMs + 900_999 }
const guest = newGuest({ id: 'ben', displayName: 'Ben', nowMs })

test('[AU40] the claims are those of the protocol, and exp is in whole seconds, never later than told', () => {
  expect(accessClaims(guest, grant)).toEqual({
    iss: 'matinee',
    aud: ['matinee'],
    sub: 'ben',
    sid: 'session',
    name: 'Ben',
    guest: true,
    exp: nowMs / 1000 + 900,
    jti: 'token',
  })
})

test('[AU41] staff is in the token of staff alone', () => {
  const account = newAccount({ id: 'ana', displayName: 'Ana', email: 'ana@example.org', passwordHash: 'hash', nowMs })

  expect(accessClaims({ ...account, isStaff: true }, grant).staff).toBe(true)
  expect('staff' in accessClaims(account, grant)).toBe(false)
})

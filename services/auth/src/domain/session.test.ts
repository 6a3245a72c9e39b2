import { expect, test } from 'bun:test'
import { firstToken, newSession, present, type RefreshToken, sessionLifetimeMs } from './session'

const noonMs = Date.UTC(2026, 0, 1, 12)
const session = newSession({ id: 'session', userId: 'ana', nowMs: noonMs })
const fresh = firstToken(session, 'hash-1')
const successor = { hash: 'hash-2', sealed: 'sealed-2' }
const other = { hash: 'hash-3', sealed: 'sealed-3' }

test('[AU30] a session and its first token live for 30 days', () => {
  expect(session.expiresAtMs - session.createdAtMs).toBe(30 * 24 * 60 * 60_000)
  expect(fresh.expiresAtMs).toBe(session.expiresAtMs)
})

test('[AU31] a token that was not used is rotated, and its successor lives for 30 days from then', () => {
  const nowMs = noonMs + 20 * 24 * 60 * 60_000

  const decision = present(fresh, successor, nowMs)

  expect(decision).toEqual({
    kind: 'rotate',
    used: { ...fresh, usedAtMs: nowMs, sealedSuccessor: 'sealed-2' },
    next: { hash: 'hash-2', sessionId: 'session', expiresAtMs: nowMs + sessionLifetimeMs, usedAtMs: null, sealedSuccessor: null },
  })
})

test('[AU32] the old token within 10 s repeats its successor, also by a clock that trails', () => {
  const used = rotated(noonMs)

  expect(present(used, other, noonMs + 10_000)).toEqual({ kind: 'repeat', sealedSuccessor: 'sealed-2' })
  expect(present(used, other, noonMs - 500)).toEqual({ kind: 'repeat', sealedSuccessor: 'sealed-2' })
})

test('[AU33] the old token later than 10 s is a copy', () => {
  const used = rotated(noonMs)

  expect(present(used, other, noonMs + 10_001)).toEqual({ kind: 'reused' })
})

test('[AU33] a copy is recognised until the token would have expired', () => {
  const used = rotated(noonMs)

  expect(present(used, other, fresh.expiresAtMs - 1)).toEqual({ kind: 'reused' })
  expect(present(used, other, fresh.expiresAtMs)).toEqual({ kind: 'unknown' })
})

test('[AU34] a token that is unknown or expired is not told apart', () => {
  expect(present(undefined, successor, noonMs)).toEqual({ kind: 'unknown' })
  expect(present(fresh, successor, fresh.expiresAtMs)).toEqual({ kind: 'unknown' })
})

function rotated(atMs: number): RefreshToken {
  const decision = present(fresh, successor, atMs)
  if (decision.kind !== 'rotate') throw new Error('a fresh token is rotated')
  return decision.used
}

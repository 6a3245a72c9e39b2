import { expect, test } from 'bun:test'
import { createManualClock, Refusal } from '@matinee/kernel'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createTokenVerifier } from './token-verifier'

const userId = '7b0a1de4-50ad-4ff0-8a2e-0f2f6f1c0001'
const sessionId = '7b0a1de4-50ad-4ff0-8a2e-0f2f6f1c0002'

async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'EdDSA' } }
}
/** Any value, for a token may claim anything; one that is undefined is left out. */
type Claims = Record<string, unknown>
type Key = Awaited<ReturnType<typeof makeKey>>

async function setup({ maxCached }: { maxCached?: number } = {}) {
  const clock = createManualClock()
  const key = await makeKey('one')
  const state = { keys: [key], up: true, asked: 0 }
  const verifier = createTokenVerifier({
    issuer: 'https://matinee.example',
    clock,
    ...(maxCached === undefined ? {} : { maxCached }),
    async fetchJwks() {
      state.asked++
      if (!state.up) throw new Error('auth is down')
      return { keys: state.keys.map(({ jwk }) => jwk) }
    },
  })
  const nowS = () => Math.floor(clock.nowMs() / 1000)
  const claims = () => ({
    iss: 'https://matinee.example',
    aud: ['matinee'],
    sub: userId,
    sid: sessionId,
    name: 'Ana',
    guest: true,
    iat: nowS(),
    exp: nowS() + 900,
    jti: crypto.randomUUID(),
  })
  const sign = (changes: Claims = {}, header: object = {}, by: Key = key) => {
    const payload = Object.fromEntries(Object.entries({ ...claims(), ...changes }).filter(([, value]) => value !== undefined))
    return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: by.kid, ...header }).sign(by.privateKey)
  }
  const codeOf = (token: string) =>
    verifier.verify(token).then(
      () => 'accepted',
      (error: unknown) => (error instanceof Refusal ? error.code : error),
    )
  return { clock, key, state, verifier, claims, sign, codeOf }
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a good token tells who asks and until when', async () => {
  const { verifier, sign, clock } = await setup()

  const identity = await verifier.verify(await sign({ staff: true }))

  expect(identity).toEqual({ userId, sessionId, name: 'Ana', isGuest: true, isStaff: true, expiresAtMs: clock.nowMs() + 900_000 })
})

test('nobody is staff whose token does not say so', async () => {
  const { verifier, sign } = await setup()

  const identity = await verifier.verify(await sign())

  expect(identity.isStaff).toBe(false)
})

test.each<[string, Claims]>([
  ['expired', { exp: 1 }],
  ['without exp', { exp: undefined }],
  ['whose exp is text', { exp: '99999999999' }],
  ['without iat', { iat: undefined }],
  ['without sub', { sub: undefined }],
  ['without sid', { sid: undefined }],
  ['without jti', { jti: undefined }],
  ['without guest', { guest: undefined }],
  ['whose sub is no user id', { sub: 'admin' }],
  ['whose staff is text', { staff: 'true' }],
  ['of another issuer', { iss: 'https://other.example' }],
  ['without issuer', { iss: undefined }],
  ['for another audience', { aud: ['cinema'] }],
  ['without audience', { aud: undefined }],
  ['not valid yet', { nbf: 99_999_999_999 }],
])('a token %s is unauthenticated', async (_name, changes) => {
  const { sign, codeOf } = await setup()

  const code = await codeOf(await sign(changes))

  expect(code).toBe('unauthenticated')
})

test.each([
  ['of another typ', { typ: 'JWT' }],
  ['without typ', { typ: undefined }],
  ['without kid', { kid: undefined }],
  ['with an unknown critical header', { crit: ['b65'], b65: true }],
])('a token %s is unauthenticated', async (_name, header) => {
  const { sign, codeOf } = await setup()

  const code = await codeOf(
    await sign({}, header).catch(() => `${base64url({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one', ...header })}.e30.AA`),
  )

  expect(code).toBe('unauthenticated')
})

test('alg none is unauthenticated', async () => {
  const { claims, codeOf } = await setup()

  const token = `${base64url({ alg: 'none', typ: 'at+jwt', kid: 'one' })}.${base64url(claims())}.`

  expect(await codeOf(token)).toBe('unauthenticated')
})

test('HS256 signed with the public key is unauthenticated', async () => {
  const { claims, codeOf, key } = await setup()

  const signed = (secret: Uint8Array) => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'one' }).sign(secret)
  const tokens = await Promise.all([
    signed(Buffer.from(key.jwk.x ?? '', 'base64url')),
    signed(Buffer.from(key.jwk.x ?? '')),
    signed(Buffer.from(JSON.stringify(key.jwk))),
  ])

  for (const token of tokens) expect(await codeOf(token)).toBe('unauthenticated')
})

test('a token signed by a key that only says it is ours is unauthenticated', async () => {
  const { sign, codeOf } = await setup()

  const impostor = await makeKey('one')

  expect(await codeOf(await sign({}, {}, impostor))).toBe('unauthenticated')
})

test('a token that brings its own key is unauthenticated', async () => {
  const { sign, codeOf } = await setup()

  const own = await makeKey('own')

  expect(await codeOf(await sign({}, { jwk: own.jwk }, own))).toBe('unauthenticated')
})

test('a changed payload is unauthenticated', async () => {
  const { sign, claims, codeOf } = await setup()
  const [header, , signature] = (await sign()).split('.')

  const token = `${header}.${base64url({ ...claims(), staff: true })}.${signature}`

  expect(await codeOf(token)).toBe('unauthenticated')
})

test.each(['', 'x', '..', 'a.b.c', '\u0000', `${'a'.repeat(2_000_000)}`, 'e30.e30.e30', '💥.💥.💥', 'null.null.null'])(
  'garbage is unauthenticated (%#)',
  async (garbage) => {
    const { codeOf } = await setup()

    const code = await codeOf(garbage)

    expect(code).toBe('unauthenticated')
  },
)

test('a huge token is refused without asking for keys', async () => {
  const { sign, codeOf, state } = await setup()

  const code = await codeOf(await sign({ name: 'a'.repeat(10_000) }))

  expect(code).toBe('unauthenticated')
  expect(state.asked).toBe(0)
})

test('a verified token is remembered, and refused from the millisecond it expires', async () => {
  const { sign, codeOf, clock, state } = await setup()
  const token = await sign()
  await codeOf(token)
  state.up = false

  clock.advance(899_999)
  const before = await codeOf(token)
  clock.advance(1)
  const after = await codeOf(token)

  expect([before, after]).toEqual(['accepted', 'unauthenticated'])
})

test('only so many verified tokens are remembered; the others are verified again', async () => {
  const { sign, verifier } = await setup({ maxCached: 2 })
  const [first, second, third] = [await sign(), await sign(), await sign()]
  const identities = [await verifier.verify(first), await verifier.verify(second), await verifier.verify(third)]

  const again = [await verifier.verify(third), await verifier.verify(first)]

  expect(again[0]).toBe(identities[2] as never)
  expect(again[1]).not.toBe(identities[0] as never)
  expect(again[1]).toEqual(identities[0] as never)
})

test('a new key is learned when it is first used; the old one is refused when it has been withdrawn', async () => {
  const { sign, codeOf, clock, state } = await setup()
  const old = await sign()
  const later = await makeKey('two')
  await codeOf(await sign())
  state.keys = [later]
  clock.advance(10_000)

  const fresh = await codeOf(await sign({}, {}, later))
  const withdrawn = await codeOf(old)

  expect([fresh, withdrawn]).toEqual(['accepted', 'unauthenticated'])
})

test('a withdrawn key goes when the keys are read again, ten minutes after; the token that finds it stale still passes', async () => {
  const { sign, codeOf, clock, state } = await setup()
  await codeOf(await sign())
  state.keys = []
  clock.advance(10 * 60_000)

  const first = await codeOf(await sign())
  const next = await codeOf(await sign())

  expect([first, next]).toEqual(['accepted', 'unauthenticated'])
})

test('unknown key ids make the keys be asked for at most once in ten seconds', async () => {
  const { sign, codeOf, clock, state } = await setup()
  const stranger = await makeKey('stranger')
  const token = await sign({}, {}, stranger)

  const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(token)))
  clock.advance(9_999)
  await codeOf(token)
  const asked = state.asked
  clock.advance(1)
  await codeOf(token)

  expect(new Set(codes)).toEqual(new Set(['unauthenticated']))
  expect([asked, state.asked]).toEqual([1, 2])
})

test('while keys cannot be had and none fits, it is unavailable; known keys go on working', async () => {
  const { sign, codeOf, clock, state } = await setup()
  state.up = false

  const cold = await codeOf(await sign())
  state.up = true
  clock.advance(1_000)
  const warm = await codeOf(await sign())
  state.up = false
  clock.advance(60 * 60_000)
  const laterOn = await codeOf(await sign())
  const unknown = await codeOf(await sign({}, {}, await makeKey('two')))

  expect([cold, warm, laterOn, unknown]).toEqual(['unavailable', 'accepted', 'accepted', 'unavailable'])
})

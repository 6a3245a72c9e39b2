import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Jwks } from '@matinee/contracts'
import { createTokenVerifier } from '@matinee/http'
import { systemClock } from '@matinee/kernel'
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose'
import * as z from 'zod'
import { refusal, type Started, startAuth } from './app-setup'

let auth: Started
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const jwks = async () => Jwks.parse(await (await auth.send('GET', '/.well-known/jwks.json')).json())
const publicKey = async () => z.object({ kid: z.string(), x: z.string() }).parse((await jwks()).keys[0])

test('[AU40] an access token has the header and the claims of the protocol, and lives for 15 minutes', async () => {
  const { user, access_token: token } = await auth.guest('Ben')
  const key = await publicKey()

  const { iat = 0, exp = 0, jti, sid, ...claims } = decodeJwt(token)

  expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid })
  expect(claims).toEqual({ iss: 'matinee', aud: ['matinee'], sub: user.id, name: 'Ben', guest: true })
  expect(exp).toBe(auth.clock.nowMs() / 1000 + 900)
  expect(iat * 1000).toBeLessThanOrEqual(systemClock.nowMs())
  expect([typeof jti, typeof sid]).toEqual(['string', 'string'])
})

test('[AU42] another service verifies tokens with the published keys alone', async () => {
  const { user, access_token: token } = await auth.register('verify@example.org', 'Vera')
  const verifier = createTokenVerifier({ issuer: 'matinee', fetchJwks: jwks, clock: auth.clock })

  expect(await verifier.verify(token)).toMatchObject({ userId: user.id, name: 'Vera', isGuest: false, isStaff: false })
})

test('[AU42] the key set is public, holds nothing private, and may be cached', async () => {
  const response = await auth.send('GET', '/.well-known/jwks.json')

  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  const { keys } = Jwks.parse(await response.json())
  expect(keys).toHaveLength(1)
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
})

test('[AU40] a token is refused when its 15 minutes have passed', async () => {
  const { access_token: token } = await auth.guest()

  auth.clock.advance(900_000)

  expect(await refusal(await auth.send('GET', '/api/auth/me/', { token }))).toEqual({ status: 401, code: 'unauthenticated' })
})

test('[AU45] foreign tokens are refused, also where none is needed', async () => {
  for (const [name, token] of Object.entries(await foreignTokens())) {
    const needed = await auth.send('GET', '/api/auth/me/', { token })
    const notNeeded = await auth.send('POST', '/api/auth/guest/', { token, json: { display_name: 'Eve' } })

    expect([name, await refusal(needed)]).toEqual([name, { status: 401, code: 'unauthenticated' }])
    expect([name, notNeeded.status]).toEqual([name, 401])
  }
})

test('[AU45] another scheme than Bearer is refused', async () => {
  const { access_token: token } = await auth.guest()

  expect(await auth.status('GET', '/api/auth/me/', { headers: { authorization: `Basic ${token}` } })).toBe(401)
  expect(await auth.status('GET', '/api/auth/me/', { headers: { authorization: `bearer ${token}` } })).toBe(200)
})

/** Tokens that say all the right things, each with one flaw. */
async function foreignTokens(): Promise<Record<string, string>> {
  const { access_token: real } = await auth.guest()
  const key = await publicKey()
  const claims = { ...decodeJwt(real), exp: Math.floor(auth.clock.nowMs() / 1000) + 600 }
  const header = { typ: 'at+jwt', kid: key.kid }
  const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [head = '', , signature = ''] = real.split('.')
  return {
    'alg none': `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
    'HS256 with the public key': await new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: 'HS256' })
      .sign(Buffer.from(key.x, 'base64url')),
    "a stranger's key under our kid": await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'EdDSA' }).sign(stranger.privateKey),
    "a stranger's kid": await new SignJWT(claims).setProtectedHeader({ ...header, kid: 'mine', alg: 'EdDSA' }).sign(stranger.privateKey),
    'claims changed after signing': `${head}.${encode({ ...claims, guest: false, staff: true })}.${signature}`,
    'no token at all': 'hunter2',
    'an empty signature': real.slice(0, real.lastIndexOf('.') + 1),
  }
}

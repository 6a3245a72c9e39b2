import type { Upstream } from '@matinee/http'
import type { Clock } from '@matinee/kernel'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** Whom a token speaks for. */
export interface Bearer {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly isGuest: boolean
}

/** An auth that knows nobody: it publishes a key, and signs access tokens with it that outlive every test. */
export async function createIssuer({ clock, ids }: { readonly clock: Clock; readonly ids: { uuid(): string } }) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' }] }
  const upstream: Upstream = async ({ url }) => Response.json(new URL(url).pathname === '/.well-known/jwks.json' ? jwks : {})
  const sign = ({ userId, sessionId, name, isGuest }: Bearer, issuer = 'matinee'): Promise<string> => {
    const nowS = Math.floor(clock.nowMs() / 1000)
    return new SignJWT({ sid: sessionId, name, guest: isGuest })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one' })
      .setIssuer(issuer)
      .setAudience('matinee')
      .setSubject(userId)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + 365 * 24 * 60 * 60)
      .setJti(ids.uuid())
      .sign(privateKey)
  }
  return { upstream, sign }
}

import { type Clock, Refusal } from '@matinee/kernel'
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import * as z from 'zod'
import type { Identity } from './identity'
import { createKeySet, type FetchJwks } from './key-set'

export interface TokenVerifierOptions {
  readonly issuer: string
  readonly audience?: string
  readonly fetchJwks: FetchJwks
  readonly clock: Clock
  /** How many verified tokens are remembered until they expire. */
  readonly maxCached?: number
}

export interface TokenVerifier {
  /**
   * Who an access token speaks for. Rejects with `unauthenticated` for any token
   * that is not valid now, and with `unavailable` when that cannot be told, for
   * the keys cannot be had.
   */
  verify(token: string): Promise<Identity>
}

/** Verifies access tokens: EdDSA, `typ: at+jwt`, of this issuer and audience, with every claim. Remembers valid ones until they expire. */
export function createTokenVerifier({
  issuer,
  audience = 'matinee',
  fetchJwks,
  clock,
  maxCached = 10_000,
}: TokenVerifierOptions): TokenVerifier {
  const keys = createKeySet({ fetchJwks, clock })
  /** By digest: a token is several times as long as what it says, and a dump of this memory holds none. */
  const verified = new Map<string, Identity>()

  const check = async (token: string): Promise<Identity> => {
    const key = await keys.find(keyIdOf(token))
    if (key === undefined) throw new Refusal('unauthenticated')
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience,
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'sub', 'sid', 'jti'],
      currentDate: new Date(clock.nowMs()),
    })
    const claims = Claims.parse(payload)
    return {
      userId: claims.sub,
      sessionId: claims.sid,
      name: claims.name,
      isGuest: claims.guest,
      isStaff: claims.staff ?? false,
      expiresAtMs: claims.exp * 1000,
    }
  }

  return {
    async verify(token) {
      if (token.length > maxTokenLength) throw new Refusal('unauthenticated')
      const digest = digestOf(token)
      const known = verified.get(digest)
      if (known !== undefined) {
        if (known.expiresAtMs > clock.nowMs()) return known
        verified.delete(digest)
        throw new Refusal('unauthenticated')
      }
      try {
        const identity = await check(token)
        // A map keeps the order of insertion: the first is the oldest.
        if (verified.size >= maxCached) for (const oldest of verified.keys()) if (verified.delete(oldest)) break
        verified.set(digest, identity)
        return identity
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw new Refusal('unauthenticated', { cause: error })
        throw error
      }
    },
  }
}

const maxTokenLength = 4096

const digestOf = (token: string): string => new Bun.CryptoHasher('sha256').update(token).digest('latin1')

const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.string().min(1),
  name: z.string(),
  guest: z.boolean(),
  staff: z.boolean().optional(),
  iat: z.int(),
  exp: z.int(),
})

function keyIdOf(token: string): string {
  try {
    const { kid } = decodeProtectedHeader(token)
    if (typeof kid === 'string') return kid
  } catch (error) {
    // jose throws TypeErrors for text that is no token at all.
    throw new Refusal('unauthenticated', { cause: error })
  }
  throw new Refusal('unauthenticated')
}

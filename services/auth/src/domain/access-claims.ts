import type { User } from './user'

/** What an access token says, before it is signed. Its `iat` is the signer's. */
export interface AccessClaims {
  readonly iss: string
  readonly aud: string[]
  readonly sub: string
  readonly sid: string
  readonly name: string
  readonly guest: boolean
  /** Only ever true: the token of anybody else does not mention it. */
  readonly staff?: true
  /** Unix seconds, as JWT has it. */
  readonly exp: number
  readonly jti: string
}

interface Grant {
  readonly issuer: string
  readonly sessionId: string
  readonly tokenId: string
  readonly expiresAtMs: number
}

/** What a token for `user` in this session says. It ends at `expiresAtMs` or up to a second before, never later. */
export function accessClaims(user: User, { issuer, sessionId, tokenId, expiresAtMs }: Grant): AccessClaims {
  return {
    iss: issuer,
    aud: ['matinee'],
    sub: user.id,
    sid: sessionId,
    name: user.displayName,
    guest: user.isGuest,
    ...(user.isStaff ? { staff: true } : {}),
    exp: Math.floor(expiresAtMs / 1000),
    jti: tokenId,
  }
}

import type { Ids } from '@matinee/kernel'
import type { RefreshTokens } from '../ports'
import { seal, unseal } from './sealed'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** 6 random bits each: 258. */
const length = 43
const purpose = 'matinee/auth/successor'

/** Opaque refresh tokens. A digest without salt is enough: nobody guesses 256 random bits. */
export function createRefreshTokens(ids: Ids): RefreshTokens {
  return {
    create: () => ids.text(alphabet, length),
    digest: sha256,
    seal: (token, text) => seal(token, purpose, text),
    open: (token, sealed) => unseal(token, purpose, sealed),
  }
}

/** SHA-256, in hexadecimal. */
export const sha256 = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')

import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '@matinee/kernel'
import { Elysia } from 'elysia'
import { urlOf } from './request-url'

export const internalSecretHeader = 'x-matinee-internal-secret'

/** Whether a request carries the secret that only parts of the system know. */
export interface InternalSecret {
  matches(request: Request): boolean
  /** The headers that show it to another part. */
  readonly headers: Readonly<Record<string, string>>
}

/** Compares in constant time, whatever the length. Without a secret, or with an empty one, nothing matches. */
export function createInternalSecret(secret: string | undefined): InternalSecret {
  if (!secret) return { matches: () => false, headers: {} }
  const expected = digest(secret)
  return {
    matches(request) {
      const shown = request.headers.get(internalSecretHeader)
      return shown !== null && timingSafeEqual(digest(shown), expected)
    },
    headers: { [internalSecretHeader]: secret },
  }
}

/** Guards everything under `prefix`: without the secret it is a 404, the same as a path that does not exist, before any body is read. */
export const internalOnly = (secret: InternalSecret, prefix = '/internal/') =>
  new Elysia({ name: 'http.internal-only', seed: prefix }).onRequest(({ request }) => {
    if (urlOf(request).pathname.startsWith(prefix) && !secret.matches(request)) throw new Refusal('not_found')
  })

const digest = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest()

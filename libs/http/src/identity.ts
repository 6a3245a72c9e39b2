import { Refusal } from '@matinee/kernel'
import { Elysia } from 'elysia'
import type { TokenVerifier } from './token-verifier'

/** Who is asking, as a valid access token says. */
export interface Identity {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly isGuest: boolean
  readonly isStaff: boolean
  /** When the token ends, Unix milliseconds. */
  readonly expiresAtMs: number
}

export interface IdentityOptions {
  readonly verifier: Pick<TokenVerifier, 'verify'>
  /** Whether the session has ended, though its tokens have not expired. */
  readonly isRevoked: (sessionId: string) => boolean | Promise<boolean>
}

/**
 * Gives handlers `identity: Identity | undefined`. A token that is given must be
 * valid even where none is needed: otherwise 401. A route with `requireIdentity:
 * true` answers 401 without one, before its body is validated, and its
 * `identity` is never undefined.
 */
export const identity = (options: IdentityOptions) =>
  new Elysia({ name: 'http.identity' })
    .derive({ as: 'global' }, async ({ request }) => ({ identity: await identify(request, options) }))
    .macro({
      requireIdentity: {
        transform: ({ identity }) => void needIdentity(identity),
        resolve: ({ identity }) => ({ identity: needIdentity(identity) }),
      },
    })

/** The identity of a request, or undefined when it shows no token. Refuses with `unauthenticated` a token that is not valid. */
export async function identify(request: Request, { verifier, isRevoked }: IdentityOptions): Promise<Identity | undefined> {
  const header = request.headers.get('authorization')
  if (header === null) return undefined
  const token = bearer.exec(header)?.[1]
  if (token === undefined) throw new Refusal('unauthenticated')
  const found = await verifier.verify(token)
  if (await isRevoked(found.sessionId)) throw new Refusal('unauthenticated')
  return found
}

/** Refuses with `unauthenticated` where there is none. */
export function needIdentity(identity: Identity | undefined): Identity {
  if (identity === undefined) throw new Refusal('unauthenticated')
  return identity
}

const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i

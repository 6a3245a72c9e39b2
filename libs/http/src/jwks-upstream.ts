import { Jwks } from '@matinee/contracts'
import type { FetchJwks } from './key-set'
import type { Upstream } from './upstream'

/** Asks the auth service for its public keys. Rejects on anything but a key set. */
export const fetchJwksFrom =
  (upstream: Upstream): FetchJwks =>
  async () => {
    const answer = await upstream(new Request('http://auth/.well-known/jwks.json'))
    if (!answer.ok) throw new Error(`the keys were not given: ${answer.status}`)
    return Jwks.parse(await answer.json())
  }

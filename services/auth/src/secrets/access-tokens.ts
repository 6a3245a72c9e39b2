import { jwt } from '@elysiajs/jwt'
import type { AccessTokens } from '../ports'
import type { SigningKey } from './signing-key'

/** Signs access tokens with the installation's key. `iat` is the machine's own clock, which the signer reads itself. */
export function createAccessTokens({ kid, privateKey }: Pick<SigningKey, 'kid' | 'privateKey'>): AccessTokens {
  const { signer } = jwt({ name: 'signer', secret: privateKey, alg: 'EdDSA', typ: 'at+jwt', kid }).decorator
  return { sign: (claims) => signer.sign({ ...claims }) }
}

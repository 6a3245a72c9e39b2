import type { Clock } from '@matinee/kernel'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import * as z from 'zod'
import type { SigningKeyStore, StoredSigningKey } from '../ports'
import { isSealed, seal, unseal } from './sealed'

/** What access tokens are signed with, and what the public may know of it. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
}

interface Options {
  readonly store: SigningKeyStore
  readonly clock: Clock
  /** Seals the private key at rest; without one it is stored as it is, for a file that only its owner can read. */
  readonly encryptionSecret: string | undefined
}

/** The key of this installation: made when there is none yet. Replicas that start at once get the same one. */
export async function openSigningKey({ store, clock, encryptionSecret }: Options): Promise<SigningKey> {
  const stored = (await store.find()) ?? (await store.keepFirst(await makeKey(clock.nowMs(), encryptionSecret)))
  const privateKey = await importJWK(parseJwk(await privateJson(stored, encryptionSecret)), 'EdDSA')
  if (privateKey instanceof Uint8Array) throw new Error('the stored signing key is of another kind')
  return { kid: stored.kid, privateKey, publicJwks: { keys: [parseJwk(stored.publicJwk)] } }
}

async function makeKey(nowMs: number, encryptionSecret: string | undefined): Promise<StoredSigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJson = JSON.stringify(await exportJWK(privateKey))
  return {
    kid,
    publicJwk: JSON.stringify({ ...publicJwk, kid, use: 'sig', alg: 'EdDSA' }),
    privateKey: encryptionSecret === undefined ? privateJson : await seal(encryptionSecret, purposeOf(kid), privateJson),
    createdAtMs: nowMs,
  }
}

async function privateJson({ kid, privateKey }: StoredSigningKey, encryptionSecret: string | undefined): Promise<string> {
  if (!isSealed(privateKey)) return privateKey
  if (encryptionSecret === undefined) throw new Error('the stored signing key is encrypted: set KEY_ENCRYPTION_SECRET')
  try {
    return await unseal(encryptionSecret, purposeOf(kid), privateKey)
  } catch (error) {
    throw new Error('KEY_ENCRYPTION_SECRET does not open the stored signing key: is it the one the key was made under?', { cause: error })
  }
}

/** Bound to the key's id: a sealed key put into another's row does not open. */
const purposeOf = (kid: string) => `matinee/auth/signing-key/${kid}`

const parseJwk = (json: string) => Jwk.parse(JSON.parse(json))
const Jwk = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })

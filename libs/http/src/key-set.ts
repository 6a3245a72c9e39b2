import { type Clock, createSingleFlight, Refusal } from '@matinee/kernel'
import { type CryptoKey, importJWK } from 'jose'
import * as z from 'zod'

/** Asks for the public keys. Rejects when they cannot be had. */
export type FetchJwks = () => Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>

export interface KeySet {
  /**
   * The key of that id, asked for when it is not known: at most once in 10 s, by
   * all callers together. Undefined when there is no such key; rejects with
   * `unavailable` when that cannot be told.
   */
  find(keyId: string): Promise<CryptoKey | undefined>
}

/** Public Ed25519 keys by id, learned from a key set. Keys are asked for again after ten minutes, in the background. */
export function createKeySet({ fetchJwks, clock }: { fetchJwks: FetchJwks; clock: Clock }): KeySet {
  const once = createSingleFlight<void>()
  let keys = new Map<string, CryptoKey>()
  let failed = true
  let askAgainAtMs = 0
  let staleAtMs = 0

  const refresh = () =>
    once('keys', async () => {
      try {
        keys = await importKeys(await fetchJwks())
        failed = false
        staleAtMs = clock.monotonicMs() + staleAfterMs
        askAgainAtMs = clock.monotonicMs() + quietMs
      } catch {
        failed = true
        staleAtMs = clock.monotonicMs() + staleAfterMs
        askAgainAtMs = clock.monotonicMs() + retryMs
      }
    })

  return {
    async find(keyId) {
      const known = keys.get(keyId)
      if (known !== undefined) {
        // A key that was withdrawn goes when the set is read again; nobody waits for that. It never rejects.
        if (clock.monotonicMs() >= staleAtMs) void refresh()
        return known
      }
      if (clock.monotonicMs() >= askAgainAtMs) await refresh()
      const found = keys.get(keyId)
      if (found === undefined && failed) throw new Refusal('unavailable', { retryAfterMs: retryMs })
      return found
    },
  }
}

const staleAfterMs = 10 * 60_000
const quietMs = 10_000
const retryMs = 250

const Ed25519 = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  use: z.literal('sig').optional(),
})

async function importKeys({ keys }: Awaited<ReturnType<FetchJwks>>): Promise<Map<string, CryptoKey>> {
  const imported = new Map<string, CryptoKey>()
  for (const candidate of keys) {
    const { success, data } = Ed25519.safeParse(candidate)
    // A set may hold keys of other kinds; they are not ours.
    if (!success) continue
    const key = await importJWK({ kty: data.kty, crv: data.crv, x: data.x }, 'EdDSA')
    if (!(key instanceof Uint8Array)) imported.set(data.kid, key)
  }
  return imported
}

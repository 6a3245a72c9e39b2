import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { openSigningKey } from '../secrets/signing-key'
import { type Dialect, openStores, type Stores } from './store-setup'

/** What every store of signing keys promises, on a database without one. */
export const signingKeyStoreContract = (dialect: Dialect) =>
  describe(`signing keys on ${dialect.name}`, () => {
    let stores: Stores
    let replica: Stores
    beforeAll(async () => {
      stores = await openStores(dialect, 41)
      replica = await openStores(dialect, 42)
    })
    afterAll(async () => {
      await stores.db.close()
      await replica.db.close()
    })
    const open = ({ signingKeys }: Stores, encryptionSecret: string | undefined = 'a secret of tests') =>
      openSigningKey({ store: signingKeys, clock: createManualClock(), encryptionSecret })

    test('[AU43] replicas that start at once agree on one key, and a later start finds it again', async () => {
      expect(await stores.signingKeys.find()).toBeUndefined()

      const keys = await Promise.all(Array.from({ length: 6 }, (_, i) => open(i % 2 ? stores : replica)))
      const later = await open(replica)

      expect(new Set([...keys, later].map(({ kid }) => kid)).size).toBe(1)
      expect(later.publicJwks).toEqual(keys[0]?.publicJwks ?? { keys: [] })
    })

    test('[AU44] at rest the key is sealed; another secret, or none, fails the start and changes nothing', async () => {
      await open(stores)
      const stored = await stores.signingKeys.find()

      await expect(open(stores, 'another secret of tests')).rejects.toThrow('KEY_ENCRYPTION_SECRET')
      await expect(openSigningKey({ store: stores.signingKeys, clock: createManualClock(), encryptionSecret: undefined })).rejects.toThrow(
        'KEY_ENCRYPTION_SECRET',
      )

      expect(stored?.privateKey).toStartWith('sealed1.')
      expect(await stores.signingKeys.find()).toEqual(stored)
    })
  })

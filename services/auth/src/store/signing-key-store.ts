import type { Db, Reader } from '@matinee/db'
import { desc } from 'drizzle-orm'
import type { SigningKeyStore } from '../ports'
import type { Tables } from './tables'

/** The signing key in either dialect. */
export function createSigningKeyStore({ db, tables }: { readonly db: Db; readonly tables: Pick<Tables, 'signingKeys'> }): SigningKeyStore {
  const { signingKeys } = tables
  const newest = async (from: Pick<Reader, 'select'>) => {
    const [row] = await from.select().from(signingKeys).orderBy(desc(signingKeys.generation)).limit(1)
    return row
  }
  return {
    find: () => newest(db.reader),

    keepFirst: (candidate) =>
      db.transaction(async (tx) => {
        await tx
          .insert(signingKeys)
          .values({ generation: 1, ...candidate })
          .onConflictDoNothing()
        const stored = await newest(tx)
        if (!stored) throw new Error('a signing key that was just stored is not there')
        return stored
      }),
  }
}

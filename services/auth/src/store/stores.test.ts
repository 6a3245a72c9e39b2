import { startPostgres, tempFolder } from '@matinee/test/support'
import { announcementsContract } from './announcements.contract'
import { attemptStoreContract } from './attempt-store.contract'
import { openStore } from './open-store'
import { sessionStoreContract } from './session-store.contract'
import { signingKeyStoreContract } from './signing-key-store.contract'
import type { Dialect } from './store-setup'
import { userStoreContract } from './user-store.contract'

const postgres = await startPostgres()

for (const contract of [userStoreContract, sessionStoreContract, attemptStoreContract, signingKeyStoreContract, announcementsContract]) {
  const folder = tempFolder('auth')
  const database = postgres.createDatabase(contract.name.toLowerCase())
  const dialects: readonly Dialect[] = [
    { name: 'sqlite', open: () => openStore(`sqlite:${folder}/auth.db`) },
    // No answer is late here, however long a busy machine takes for many calls at once.
    { name: 'postgres', open: async () => openStore(await database, { timeoutMs: 20_000 }) },
  ]
  for (const dialect of dialects) contract(dialect)
}

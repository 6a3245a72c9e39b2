import { startPostgres, tempFolder } from '@matinee/test/support'
import { guessLimitsContract } from './guess-limits.contract'
import { hostingContract } from './hosting.contract'
import { newerContract } from './newer.contract'
import { openStore } from './open-store'
import { roomStoreContract } from './room-store.contract'
import { roomViewsContract } from './room-views.contract'

const onSqlite = () => openStore(`sqlite:${tempFolder()}/rooms.db`)
roomStoreContract('SQLite', onSqlite)
roomViewsContract('SQLite', onSqlite)
newerContract('SQLite', onSqlite)
hostingContract('SQLite', onSqlite)
guessLimitsContract('SQLite', onSqlite)

const postgres = await startPostgres()
// No answer is late here, however long a busy machine takes for many calls at once.
const onPostgres = (name: string) => async () => openStore(await postgres.createDatabase(name), { timeoutMs: 20_000 })
roomStoreContract('PostgreSQL', onPostgres('rooms'))
roomViewsContract('PostgreSQL', onPostgres('views'))
newerContract('PostgreSQL', onPostgres('newer'))
hostingContract('PostgreSQL', onPostgres('hosting'))
guessLimitsContract('PostgreSQL', onPostgres('guesses'))

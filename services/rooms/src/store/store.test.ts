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
roomStoreContract('PostgreSQL', async () => openStore(await postgres.createDatabase('rooms')))
roomViewsContract('PostgreSQL', async () => openStore(await postgres.createDatabase('views')))
newerContract('PostgreSQL', async () => openStore(await postgres.createDatabase('newer')))
hostingContract('PostgreSQL', async () => openStore(await postgres.createDatabase('hosting')))
guessLimitsContract('PostgreSQL', async () => openStore(await postgres.createDatabase('guesses')))

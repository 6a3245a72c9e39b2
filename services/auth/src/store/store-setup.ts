import { createSeededIds } from '@matinee/kernel'
import { asc } from 'drizzle-orm'
import type { AuthFact } from '../domain/fact'
import { firstToken, newSession } from '../domain/session'
import { newAccount, newGuest } from '../domain/user'
import { createAttemptStore } from './attempt-store'
import type { Facts } from './facts'
import type { openStore } from './open-store'
import { createSessionStore } from './session-store'
import { createSigningKeyStore } from './signing-key-store'
import { createUserStore } from './user-store'

export const noonMs = Date.UTC(2026, 0, 1, 12)

/** One dialect under test. Each `open` of it is a replica on the same, at first empty, database. */
export interface Dialect {
  readonly name: string
  readonly open: () => ReturnType<typeof openStore>
}

/** The stores of one replica, with the facts that are committed and rows to begin with. */
export async function openStores({ open }: Dialect, seed: number) {
  const { db, tables } = await open()
  const ids = createSeededIds(seed)
  const facts: Facts = {
    async record(tx, fact) {
      await tx.insert(tables.outbox).values({ id: ids.uuid(), type: fact.type, data: fact.data, createdAtMs: noonMs })
    },
    published() {},
  }
  const users = createUserStore({ db, tables, facts })
  const sessions = createSessionStore({ db, tables, facts })
  const opening = (userId: string, nowMs = noonMs) => {
    const session = newSession({ id: ids.uuid(), userId, nowMs })
    return { session, token: firstToken(session, ids.uuid()) }
  }
  return {
    db,
    tables,
    ids,
    users,
    sessions,
    attempts: createAttemptStore({ db, tables }),
    signingKeys: createSigningKeyStore({ db, tables }),
    opening,
    /** What was announced about a user or a session, by the committed rows. */
    async announced(id: string): Promise<readonly string[]> {
      const rows = await db.reader.select().from(tables.outbox).orderBy(asc(tables.outbox.type))
      // Only `record` above writes these rows.
      const all = rows.map(({ type, data }) => ({ type, data }) as AuthFact)
      return all.filter(({ data }) => Object.values(data).includes(id)).map(({ type }) => type)
    },
    async addGuest(nowMs = noonMs) {
      const user = newGuest({ id: ids.uuid(), displayName: 'Ben', nowMs })
      await users.add(user)
      return user
    },
    async addAccount(email = `${ids.uuid()}@example.org`) {
      const user = newAccount({ id: ids.uuid(), displayName: 'Ana', email, passwordHash: 'hash', nowMs: noonMs })
      const first = opening(user.id)
      await users.add(user, first)
      return { user, ...first }
    },
  }
}
export type Stores = Awaited<ReturnType<typeof openStores>>

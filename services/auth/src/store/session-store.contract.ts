import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { present, sessionLifetimeMs } from '../domain/session'
import { type Dialect, noonMs, openStores, type Stores } from './store-setup'

/** What every session store promises. */
export const sessionStoreContract = (dialect: Dialect) =>
  describe(`sessions on ${dialect.name}`, () => {
    let stores: Stores
    let replica: Stores
    beforeAll(async () => {
      stores = await openStores(dialect, 21)
      replica = await openStores(dialect, 22)
    })
    afterAll(async () => {
      await stores.db.close()
      await replica.db.close()
    })
    const presentAt = ({ sessions, ids }: Stores, hash: string, nowMs: number, successor = ids.uuid()) =>
      sessions.refresh(hash, (stored) => present(stored, { hash: successor, sealed: `sealed ${successor}` }, nowMs))

    test('a session opens for who knows the password as it is now, and for nobody else', async () => {
      const { user } = await stores.addAccount()
      const [good, stale, nobodys] = [stores.opening(user.id), stores.opening(user.id), stores.opening(stores.ids.uuid())]

      await stores.sessions.open(good, 'hash')
      await expect(stores.sessions.open(stale, 'older hash')).rejects.toMatchObject({ code: 'invalid_credentials' })
      await expect(stores.sessions.open(nobodys, 'hash')).rejects.toMatchObject({ code: 'invalid_credentials' })

      expect(await replica.sessions.isLive(good.session.id)).toBe(true)
      expect(await replica.sessions.isLive(stale.session.id)).toBe(false)
    })

    test('[AU35] an ended session is not live, on any replica, and its end is announced once', async () => {
      const { session, token } = await stores.addAccount()

      await stores.sessions.end(session.id)
      await replica.sessions.end(session.id)

      expect(await replica.sessions.isLive(session.id)).toBe(false)
      expect((await presentAt(stores, token.hash, noonMs)).decision.kind).toBe('unknown')
      expect(await stores.announced(session.id)).toEqual(['auth.session.revoked'])
    })

    test('[AU31] a rotation stores the successor, tells whose it is, and extends the session', async () => {
      const { user, session, token } = await stores.addAccount()
      const laterMs = noonMs + 60_000

      const outcome = await presentAt(stores, token.hash, laterMs, 'next-hash')

      expect(outcome).toMatchObject({ decision: { kind: 'rotate' }, sessionId: session.id, user })
      expect((await presentAt(replica, 'next-hash', laterMs)).decision.kind).toBe('rotate')
      await stores.sessions.sweep(session.expiresAtMs, noonMs)
      expect(await stores.sessions.isLive(session.id)).toBe(true)
      await stores.sessions.sweep(laterMs + sessionLifetimeMs, noonMs)
      expect(await stores.sessions.isLive(session.id)).toBe(false)
    })

    test('[AU32] of many presentations at once, on two replicas, one rotates and the others repeat its successor', async () => {
      const { token } = await stores.addAccount()

      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => presentAt(i % 2 ? stores : replica, token.hash, noonMs)))

      const decisions = outcomes.map(({ decision }) => decision)
      const rotated = decisions.filter((decision) => decision.kind === 'rotate')
      const repeated = decisions.filter((decision) => decision.kind === 'repeat')
      expect([rotated.length, repeated.length]).toEqual([1, 7])
      expect(new Set(repeated.map(({ sealedSuccessor }) => sealedSuccessor))).toEqual(new Set([rotated[0]?.used.sealedSuccessor ?? '']))
    })

    test('[AU33] a copy ends the session with all its tokens, and that is announced', async () => {
      const { session, token } = await stores.addAccount()
      await presentAt(stores, token.hash, noonMs, 'next-of-copied')

      const outcome = await presentAt(replica, token.hash, noonMs + 11_000)

      expect(outcome.decision.kind).toBe('reused')
      expect(await stores.sessions.isLive(session.id)).toBe(false)
      expect((await presentAt(stores, 'next-of-copied', noonMs + 11_000)).decision.kind).toBe('unknown')
      expect(await stores.announced(session.id)).toEqual(['auth.session.revoked'])
    })

    test('[AU34] an unknown token is unknown, whatever is decided', async () => {
      expect(await presentAt(stores, 'never made', noonMs)).toEqual({ decision: { kind: 'unknown' } })
    })

    test('[AU37] a sweep erases successors that are past repeating, and nothing else', async () => {
      const [early, late] = [await stores.addAccount(), await stores.addAccount()]
      await presentAt(stores, early.token.hash, noonMs)
      await presentAt(stores, late.token.hash, noonMs + 5_000)

      await stores.sessions.sweep(noonMs + 6_000, noonMs + 1_000)

      expect((await presentAt(stores, early.token.hash, noonMs + 6_000)).decision.kind).toBe('reused')
      expect((await presentAt(stores, late.token.hash, noonMs + 6_000)).decision.kind).toBe('repeat')
    })

    test('[AU37] a sweep removes expired sessions with their tokens, and keeps the others', async () => {
      const { user, session, token } = await stores.addAccount()
      const younger = stores.opening(user.id, noonMs + 1)
      await stores.sessions.open(younger, 'hash')

      await stores.sessions.sweep(session.expiresAtMs, 0)

      expect(await stores.sessions.isLive(session.id)).toBe(false)
      expect(await stores.sessions.isLive(younger.session.id)).toBe(true)
      const { refreshTokens } = stores.tables
      const hashes = await stores.db.reader.select({ hash: refreshTokens.hash }).from(refreshTokens)
      expect(hashes.map(({ hash }) => hash)).toContain(younger.token.hash)
      expect(hashes.map(({ hash }) => hash)).not.toContain(token.hash)
    })
  })

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newAccount, rename, upgrade } from '../domain/user'
import { type Dialect, noonMs, openStores, type Stores } from './store-setup'

/** What every user store promises. */
export const userStoreContract = (dialect: Dialect) =>
  describe(`users on ${dialect.name}`, () => {
    let stores: Stores
    let replica: Stores
    beforeAll(async () => {
      stores = await openStores(dialect, 11)
      replica = await openStores(dialect, 12)
    })
    afterAll(async () => {
      await stores.db.close()
      await replica.db.close()
    })

    test('a user comes back as it was added, by id and by e-mail', async () => {
      const { user } = await stores.addAccount('back@example.org')

      expect(await stores.users.find(user.id)).toEqual(user)
      expect(await stores.users.findByEmail('back@example.org')).toEqual(user)
      expect(await stores.users.find(stores.ids.uuid())).toBeUndefined()
      expect(await stores.users.findByEmail('nobody@example.org')).toBeUndefined()
    })

    test('[AU1] an address in use refuses a second user, and stores neither it nor its session', async () => {
      await stores.addAccount('taken@example.org')
      const second = newAccount({ id: stores.ids.uuid(), displayName: 'Eve', email: 'taken@example.org', passwordHash: 'x', nowMs: noonMs })
      const opening = stores.opening(second.id)

      await expect(stores.users.add(second, opening)).rejects.toMatchObject({ code: 'email_taken' })

      expect(await stores.users.find(second.id)).toBeUndefined()
      expect(await stores.sessions.isLive(opening.session.id)).toBe(false)
    })

    test('[AU1] of many that register one address at once, on two replicas, one gets it', async () => {
      const add = ({ users, ids }: Stores) =>
        users.add(newAccount({ id: ids.uuid(), displayName: 'Eve', email: 'race@example.org', passwordHash: 'x', nowMs: noonMs }))

      const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => add(i % 2 ? stores : replica)))

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
      expect(new Set(refused)).toEqual(new Set(['email_taken']))
    })

    test('[AU1] any number of guests has no address', async () => {
      const [one, two] = [await stores.addGuest(), await stores.addGuest()]

      expect((await stores.users.find(one.id))?.email).toBeNull()
      expect((await stores.users.find(two.id))?.email).toBeNull()
    })

    test('[AU5] an upgrade to an address in use is refused and changes nothing', async () => {
      await stores.addAccount('mine@example.org')
      const guest = await stores.addGuest()

      const refused = stores.users.update(guest.id, (user) => upgrade(user, { email: 'mine@example.org', passwordHash: 'x' }))

      await expect(refused).rejects.toMatchObject({ code: 'email_taken' })
      expect(await stores.users.find(guest.id)).toEqual(guest)
      expect(await stores.announced(guest.id)).toEqual([])
    })

    test('[AU50] a change and what it announces are committed together', async () => {
      const { user } = await stores.addAccount()

      const changed = await stores.users.update(user.id, (held) => rename(held, 'Anna'))

      expect(changed.displayName).toBe('Anna')
      expect(await replica.users.find(user.id)).toEqual({ ...user, displayName: 'Anna' })
      expect(await stores.announced(user.id)).toEqual(['auth.user.updated'])
    })

    test('[AU50] a decision that throws commits nothing and rethrows', async () => {
      const { user } = await stores.addAccount()

      const failing = stores.users.update(user.id, () => {
        throw new Error('no')
      })

      await expect(failing).rejects.toThrow('no')
      expect(await stores.users.find(user.id)).toEqual(user)
    })

    test('changes of one user at once, on two replicas, all take effect', async () => {
      const { user } = await stores.addAccount()
      const append = ({ users }: Stores) => users.update(user.id, (held) => rename(held, `${held.displayName}.`))

      await Promise.all(Array.from({ length: 8 }, (_, i) => append(i % 2 ? stores : replica)))

      expect((await stores.users.find(user.id))?.displayName).toBe('Ana........')
    })

    test('a user who is not there is not changed', async () => {
      const update = stores.users.update(stores.ids.uuid(), (user) => rename(user, 'Nobody'))

      await expect(update).rejects.toMatchObject({ code: 'unauthenticated' })
    })

    test('[AU7] ending the other sessions keeps the one named, and announces each', async () => {
      const { user, session: kept } = await stores.addAccount()
      const other = stores.opening(user.id)
      await stores.sessions.open(other, 'hash')

      await stores.users.update(user.id, (held) => ({ user: held, facts: [], endSessionsExcept: kept.id }))

      expect(await stores.sessions.isLive(kept.id)).toBe(true)
      expect(await stores.sessions.isLive(other.session.id)).toBe(false)
      expect(await stores.announced(other.session.id)).toEqual(['auth.session.revoked'])
      expect(await stores.announced(kept.id)).toEqual([])
    })

    test('[AU8] a removed user is gone with all sessions, each announced, and the address is free', async () => {
      const { user, session, token } = await stores.addAccount('gone@example.org')
      const other = stores.opening(user.id)
      await stores.sessions.open(other, 'hash')

      await stores.users.remove(user.id)
      await stores.users.remove(user.id)

      expect(await stores.users.find(user.id)).toBeUndefined()
      expect(await stores.sessions.isLive(session.id)).toBe(false)
      expect((await stores.sessions.refresh(token.hash, () => ({ kind: 'unknown' }))).decision.kind).toBe('unknown')
      expect(await stores.announced(user.id)).toEqual(['auth.session.revoked', 'auth.session.revoked', 'auth.user.removed'])
      await stores.addAccount('gone@example.org')
    })

    test('[AU9] being seen is written at most once a minute, and never goes back', async () => {
      const { user } = await stores.addAccount()
      const guest = await stores.addGuest()
      const seenAtMs = async (atMs: number) => {
        await stores.users.seen([user.id, stores.ids.uuid(), guest.id], atMs)
        return (await stores.users.find(user.id))?.lastSeenAtMs
      }

      expect(await seenAtMs(noonMs + 59_999)).toBe(noonMs)
      expect(await seenAtMs(noonMs + 60_001)).toBe(noonMs + 60_001)
      expect(await seenAtMs(noonMs)).toBe(noonMs + 60_001)
      expect((await stores.users.find(guest.id))?.lastSeenAtMs).toBe(noonMs + 60_001)
    })

    test('[AU9] thousands are seen at once', async () => {
      const guest = await stores.addGuest()
      const ids = [...Array.from({ length: 2_500 }, () => stores.ids.uuid()), guest.id]

      await stores.users.seen(ids, noonMs + 90_000)

      expect((await stores.users.find(guest.id))?.lastSeenAtMs).toBe(noonMs + 90_000)
    })

    test('[AU11] guests without a session, not seen for long, are removed once; others stay', async () => {
      const longAgoMs = noonMs - 1_000_000
      const [idle, active] = [await stores.addGuest(longAgoMs), await stores.addGuest()]
      const { user: account } = await stores.addAccount()
      const signedIn = { ...(await stores.addGuest(longAgoMs)), id: stores.ids.uuid() }
      await stores.users.add(signedIn, stores.opening(signedIn.id))

      const removed = await Promise.all([stores.users.removeIdleGuests(noonMs - 1), replica.users.removeIdleGuests(noonMs - 1)])

      expect(removed[0] + removed[1]).toBeGreaterThanOrEqual(1)
      expect(await stores.users.find(idle.id)).toBeUndefined()
      expect(await stores.announced(idle.id)).toEqual(['auth.user.removed'])
      for (const { id } of [active, account, signedIn]) expect(await stores.users.find(id)).toBeDefined()
    })
  })

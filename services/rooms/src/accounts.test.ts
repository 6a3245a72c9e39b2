import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { tempFolder } from '@matinee/test/support'
import { createAccounts, underNewestName } from './accounts'
import { create } from './domain/create'
import { ana, ben, noonMs, plan } from './domain/domain.fixtures'
import { join } from './domain/entry'
import type { Named, Person } from './domain/room'
import { createNames } from './names'
import { openStore } from './store/open-store'
import { createRoomStore } from './store/room-store'

/** Ana's room, which Ben enters; `meanwhile` happens after he has been let through, before his place is written. */
async function setup() {
  const { db, tables } = await openStore(`sqlite:${tempFolder()}/rooms.db`)
  const store = createRoomStore({ db, tables, announcer: { async record() {}, published() {} } })
  const clock = createManualClock(noonMs)
  const deps = { store, names: createNames({ clock, tokenTtlMs: 60_000 }), clock }
  const accounts = createAccounts(deps)
  const { room } = create(plan, ana, noonMs)
  await store.create(create(plan, ana, noonMs))
  const write = (person: Person | Named) =>
    store.update(room.id, [ben.userId], (scene) => join(scene, person, { shown: 'nothing', nowMs: noonMs }))
  const enter = (meanwhile: () => Promise<void>) =>
    underNewestName(deps, ben, async (person) => {
      await meanwhile()
      return write(person)
    })
  const rows = async () => (await store.find(room.code, [ben.userId]))?.people
  return { db, deps, store, accounts, enter, rows }
}

test('[RM72] a name that is heard while somebody enters, after rows were looked for, reaches the row', async () => {
  const { db, accounts, enter, rows } = await setup()

  await enter(() => accounts.renamed({ ...ben, displayName: 'Benno', namedAtMs: noonMs }))

  expect(await rows()).toMatchObject([{ displayName: 'Benno', standing: 'APPROVED', namedAtMs: noonMs }])
  await db.close()
})

test('[RM73] who is removed while entering, after rows were looked for, gets no place and leaves no name', async () => {
  const { db, accounts, enter, rows } = await setup()

  await expect(enter(() => accounts.removed(ben.userId))).rejects.toThrow('Sign in first')

  expect(await rows()).toMatchObject([{ displayName: 'Deleted user', standing: 'REMOVED' }])
  await expect(enter(async () => {})).rejects.toThrow('Sign in first')
  await db.close()
})

test('[RM73] the room that somebody makes who is removed meanwhile is closed', async () => {
  const { db, deps, store, accounts } = await setup()
  const made = { ...plan, id: '00000000-0000-4000-8000-000000000002', code: '7GQ4KX2N' }

  const making = underNewestName(deps, ben, async (person) => {
    await accounts.removed(ben.userId)
    await store.create(create(made, person, noonMs))
    return { room: made }
  })

  await expect(making).rejects.toThrow('Sign in first')
  expect((await store.find(made.code, []))?.room).toMatchObject({ isActive: false, host: { displayName: 'Deleted user' } })
  await db.close()
})

import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { tempFolder } from '@matinee/test/support'
import { createAccounts, underNewestName } from './accounts'
import { create } from './domain/create'
import { ana, ben, noonMs, plan } from './domain/domain.fixtures'
import { join } from './domain/entry'
import { createNames } from './names'
import { openStore } from './store/open-store'
import { createRoomStore } from './store/room-store'

test('[RM72] a name that is heard while somebody enters, after rows were looked for, reaches the row', async () => {
  const { db, tables } = await openStore(`sqlite:${tempFolder()}/rooms.db`)
  const store = createRoomStore({ db, tables, announcer: { async record() {}, published() {} } })
  const names = createNames({ clock: createManualClock(noonMs), tokenTtlMs: 60_000 })
  const accounts = createAccounts({ store, names })
  const { room } = create(plan, ana, noonMs)
  await store.create(create(plan, ana, noonMs))

  await underNewestName({ store, names }, ben, async (person) => {
    await accounts.renamed({ ...ben, displayName: 'Benno', namedAtMs: noonMs })
    return store.update(room.id, [ben.userId], (scene) => join(scene, person, { shown: 'nothing', nowMs: noonMs }))
  })

  const sight = await store.find(room.code, [ben.userId])
  expect(sight?.people).toMatchObject([{ displayName: 'Benno', standing: 'APPROVED', namedAtMs: noonMs }])
  await db.close()
})

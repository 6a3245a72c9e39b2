import { expect, test } from 'bun:test'
import { createManualClock, createSeededIds } from '@matinee/kernel'
import { tempFolder } from '@matinee/test/support'
import { ana } from './domain/domain.fixtures'
import { createNames } from './names'
import { createRooms } from './rooms'
import { openStore } from './store/open-store'
import { createPasswords } from './store/passwords'
import { createRoomStore } from './store/room-store'

const wanted = { is_private: false, is_chat_enabled: true }

async function setup(codes: readonly string[]) {
  const { db, tables } = await openStore(`sqlite:${tempFolder()}/rooms.db`)
  const seeded = createSeededIds(3)
  const drawn = codes.values()
  const rooms = createRooms({
    store: createRoomStore({ db, tables, announcer: { async record() {}, published() {} } }),
    passwords: createPasswords({ atOnce: 1, waiting: 1 }),
    names: createNames({ clock: createManualClock(), tokenTtlMs: 0 }),
    viewersOf: () => 0,
    clock: createManualClock(),
    ids: { ...seeded, text: () => drawn.next().value ?? 'AAAAAAAA' },
  })
  return { db, create: () => rooms.create(ana, wanted) }
}

test('[RM1] a code that is taken is drawn again', async () => {
  const { db, create } = await setup(['AAAAAAAA', 'AAAAAAAA', 'BBBBBBBB'])

  const codes = [(await create()).room_code, (await create()).room_code]

  expect(codes).toEqual(['AAAAAAAA', 'BBBBBBBB'])
  await db.close()
})

test('[RM1] drawing codes ends: ten taken ones in a row are a bug', async () => {
  const { db, create } = await setup([])
  await create()

  await expect(create()).rejects.toThrow('10 room codes')
  await db.close()
})

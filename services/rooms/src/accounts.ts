import { erase, erasedName, rename } from './domain/accounts'
import type { Named, Person, Room } from './domain/room'
import type { Names } from './names'
import type { RoomStore } from './ports'

export interface AccountsDeps {
  readonly store: RoomStore
  readonly names: Names
}

/** What happens to people's accounts, as rooms must follow it. Each may be told again, and late. */
export const createAccounts = ({ store, names }: AccountsDeps) => ({
  async renamed(named: Named): Promise<void> {
    // Known before rows are looked for: what is written from now on has the name, what was written before is found.
    names.heard(named)
    for (const roomId of await store.placesOf(named.userId)) await correct(store, roomId, named)
  },

  async removed(userId: string, nowMs: number): Promise<void> {
    names.forget(userId)
    for (const roomId of await store.placesOf(userId)) {
      await store.update(roomId, [userId], (scene) => erase(scene, userId, nowMs))
    }
    await store.forget(userId, erasedName)
  },
})
export type Accounts = ReturnType<typeof createAccounts>

/**
 * Runs `enter` with the newest name of `person`, whose token may be older than that name, and corrects what it wrote
 * when a newer name was heard meanwhile.
 */
export async function underNewestName<T extends { readonly room: Pick<Room, 'id'> | undefined }>(
  { store, names }: AccountsDeps,
  person: Person,
  enter: (person: Person | Named) => Promise<T>,
): Promise<T> {
  const written = names.of(person)
  const entered = await enter(written)
  const now = names.of(person)
  if (entered.room && now !== written && 'namedAtMs' in now) await correct(store, entered.room.id, now)
  return entered
}

async function correct(store: RoomStore, roomId: string, { namedAtMs, ...person }: Named): Promise<void> {
  await store.update(roomId, [person.userId], (scene) => rename(scene, person, namedAtMs))
}

import { erase, erasedName, rename } from './domain/accounts'
import type { Person } from './domain/room'
import type { RoomStore } from './ports'

/** What happens to people's accounts, as rooms must follow it. Each may be told again, and late. */
export const createAccounts = ({ store }: { store: RoomStore }) => ({
  async renamed(person: Person, namedAtMs: number): Promise<void> {
    for (const roomId of await store.placesOf(person.userId)) {
      await store.update(roomId, [person.userId], (scene) => rename(scene, person, namedAtMs))
    }
  },

  async removed(userId: string, nowMs: number): Promise<void> {
    for (const roomId of await store.placesOf(userId)) {
      await store.update(roomId, [userId], (scene) => erase(scene, userId, nowMs))
    }
    await store.forget(userId, erasedName)
  },
})
export type Accounts = ReturnType<typeof createAccounts>

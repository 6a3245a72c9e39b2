import { type Clock, Refusal } from '@matinee/kernel'
import { erase, erasedName, rename } from './domain/accounts'
import type { Named, Person, Room } from './domain/room'
import type { Names } from './names'
import type { RoomStore } from './ports'

export interface AccountsDeps {
  readonly store: RoomStore
  readonly names: Names
  readonly clock: Clock
}

/** What happens to people's accounts, as rooms must follow it. Each may be told again, and late. */
export function createAccounts({ store, names, clock }: AccountsDeps) {
  /** Takes the places away that somebody who is no more still has. */
  async function displaced(userId: string): Promise<void> {
    // Known first, as with names: whoever writes a place from now on takes it back.
    names.gone(userId)
    for (const roomId of await store.placesOf(userId)) await displace(store, roomId, { userId, nowMs: clock.nowMs() })
  }

  return {
    displaced,

    async renamed(named: Named): Promise<void> {
      // Known before rows are looked for: what is written from now on has the name, what was written before is found.
      names.heard(named)
      for (const roomId of await store.placesOf(named.userId)) await correct(store, roomId, named)
    },

    /** Takes the places away, and the name out of every row. */
    async removed(userId: string): Promise<void> {
      await displaced(userId)
      await store.forget(userId, erasedName)
    },
  }
}
export type Accounts = ReturnType<typeof createAccounts>

/**
 * Runs `enter` with the newest name of `person`, whose token may be older than that name, and corrects what it wrote
 * when a newer name was heard meanwhile. Of one who is no more nothing stays: refused with `unauthenticated`.
 */
export async function underNewestName<T extends { readonly room: Pick<Room, 'id'> | undefined }>(
  { store, names, clock }: AccountsDeps,
  person: Person,
  enter: (person: Person | Named) => Promise<T>,
): Promise<T> {
  const { userId } = person
  if (names.isGone(userId)) throw new Refusal('unauthenticated')
  const written = names.of(person)
  const entered = await enter(written)
  if (names.isGone(userId)) {
    if (entered.room) await displace(store, entered.room.id, { userId, nowMs: clock.nowMs() })
    throw new Refusal('unauthenticated')
  }
  const now = names.of(person)
  if (entered.room && now !== written && 'namedAtMs' in now) await correct(store, entered.room.id, now)
  return entered
}

async function displace(store: RoomStore, roomId: string, { userId, nowMs }: { userId: string; nowMs: number }): Promise<void> {
  await store.update(roomId, [userId], (scene) => erase(scene, userId, nowMs))
}

async function correct(store: RoomStore, roomId: string, { namedAtMs, ...person }: Named): Promise<void> {
  await store.update(roomId, [person.userId], (scene) => rename(scene, person, namedAtMs))
}

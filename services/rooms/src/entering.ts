import type { Joined } from '@matinee/contracts'
import { type Clock, Refusal } from '@matinee/kernel'
import { underNewestName } from './accounts'
import { isGuarded, join, type Shown } from './domain/entry'
import { isLive, type Person, type Room, rowOf } from './domain/room'
import type { Names } from './names'
import type { Guesser, GuessLimits, Passwords, RoomStore } from './ports'

export interface EnteringDeps {
  readonly store: RoomStore
  readonly passwords: Passwords
  readonly limits: GuessLimits
  readonly names: Names
  readonly clock: Clock
}

export interface Request {
  readonly code: string
  readonly password: string | undefined
  /** Where the person asks from. */
  readonly address: string
}

/** Asks to enter a room, and counts wrong codes and passwords. */
export function createEntering({ store, passwords, limits, names, clock }: EnteringDeps) {
  /** Finds out what the password is worth, once the person has tries left. */
  async function look({ entryMode, passwordHash }: Room, password: string | undefined, guesser: Guesser): Promise<Shown> {
    if (entryMode !== 'PASSWORD' || passwordHash === null || password === undefined) {
      await limits.check(guesser)
      return 'nothing'
    }
    // Counted in the turn, not before it: a crowd with the right password must not use up its own tries by waiting.
    return await passwords.inTurn(async () => {
      await limits.count(guesser)
      if (!(await passwords.verify(password, passwordHash))) return 'wrong'
      await limits.giveBack(guesser)
      return 'right'
    })
  }

  return async (person: Person, { code, password, address }: Request): Promise<Joined> => {
    const { userId } = person
    const guesser = { userId, address }
    const sight = await store.find(code, [userId])
    if (!sight) {
      await limits.count(guesser)
      throw new Refusal('room_not_found')
    }
    const guarded = isGuarded(sight.room, rowOf(sight, userId))
    const shown = guarded ? await look(sight.room, password, guesser) : 'nothing'
    const { room, people } = await underNewestName({ store, names, clock }, person, (named) =>
      store.update(sight.room.id, [userId], (scene) => join(scene, named, { shown, nowMs: clock.nowMs() })),
    )
    const row = people.find((one) => one.userId === userId)
    if (!isLive(row)) throw new Error('a join that was not refused left no live row')
    return { room_id: room.id, room_code: room.code, status: row.standing, is_host: row.role === 'host' }
  }
}
export type Enter = ReturnType<typeof createEntering>

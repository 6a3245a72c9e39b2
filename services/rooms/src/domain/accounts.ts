import { changeParticipant, changeRoom, type Decision, inTurn, unchanged } from './decision'
import { renamedAfterHost } from './default-name'
import { goesFrom } from './hosting'
import { isLive, type Person, rowOf, type Scene } from './room'

/** The name of somebody whose account was erased. */
export const erasedName = 'Deleted user'

/**
 * Somebody goes by another name, or became an account. Changes the live row, and the room where that person is its
 * host, or where it is called after its owner. A name older than the one the row has is dropped, for facts may arrive in any order.
 */
export function rename(scene: Scene, person: Person, namedAtMs: number): Decision {
  const row = rowOf(scene, person.userId)
  const { room } = scene
  if (!room.isActive || !isLive(row) || namedAtMs <= row.namedAtMs || sameName(row, person)) return unchanged(scene)
  const isHost = room.host.userId === person.userId
  const name = room.ownerId === person.userId ? renamedAfterHost(room.name, row.displayName, person.displayName) : room.name
  return inTurn(
    scene,
    (before) => changeParticipant(before, { ...row, ...person, namedAtMs }),
    (before) =>
      isHost || name !== room.name
        ? changeRoom(before, 'rooms.room.updated', { host: isHost ? person : room.host, name })
        : unchanged(before),
  )
}

/** Somebody is no more: a live row becomes a tombstone without the name, its own rooms close, and those where it stood in go back to their owners. */
export function erase(scene: Scene, userId: string, nowMs: number): Decision {
  const row = rowOf(scene, userId)
  const { room } = scene
  const nobody: Person = { userId, displayName: erasedName, isGuest: row?.isGuest ?? false }
  return inTurn(
    scene,
    (before) =>
      isLive(row)
        ? changeParticipant(before, { ...row, ...nobody, standing: 'REMOVED', role: 'member', isModerator: false, standingSinceMs: nowMs })
        : unchanged(before),
    (before) => {
      if (!room.isActive) return unchanged(before)
      if (room.ownerId !== userId) return goesFrom(before, userId)
      const name = renamedAfterHost(room.name, row?.displayName ?? room.host.displayName, erasedName)
      return changeRoom(before, 'rooms.room.closed', { host: room.host.userId === userId ? nobody : room.host, name, isActive: false })
    },
  )
}

const sameName = (one: Person, other: Person): boolean => one.displayName === other.displayName && one.isGuest === other.isGuest

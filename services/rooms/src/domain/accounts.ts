import { changeParticipant, changeRoom, type Decision, unchanged } from './decision'
import { renamedAfterHost } from './default-name'
import { isLive, type Person, rowOf, type Scene } from './room'

/** The name of somebody whose account was erased. */
export const erasedName = 'Deleted user'

/**
 * Somebody goes by another name, or became an account. Changes the live row, and the room where that person is its
 * host. A name older than the one the row has is dropped, for facts may arrive in any order.
 */
export function rename(scene: Scene, person: Person, namedAtMs: number): Decision {
  const row = rowOf(scene, person.userId)
  if (!scene.room.isActive || !isLive(row) || namedAtMs <= row.namedAtMs || sameName(row, person)) return unchanged(scene)
  const renamed = changeParticipant(scene, { ...row, ...person, namedAtMs })
  const { host } = scene.room
  if (host.userId !== person.userId) return renamed
  const name = renamedAfterHost(scene.room.name, host.displayName, person.displayName)
  return withRoom(renamed, 'rooms.room.updated', { host: person, name })
}

/** Somebody is no more: a live row becomes a tombstone without the name, and the rooms of that host close. */
export function erase(scene: Scene, userId: string, nowMs: number): Decision {
  const row = rowOf(scene, userId)
  const nobody: Person = { userId, displayName: erasedName, isGuest: row?.isGuest ?? false }
  const removed = isLive(row)
    ? changeParticipant(scene, { ...row, ...nobody, standing: 'REMOVED', standingSinceMs: nowMs })
    : unchanged(scene)
  if (scene.room.host.userId !== userId || !scene.room.isActive) return removed
  const name = renamedAfterHost(scene.room.name, scene.room.host.displayName, erasedName)
  return withRoom(removed, 'rooms.room.closed', { host: nobody, name, isActive: false })
}

/** Changes the room in the same step as a participant: each of the two rows gets a version of its own. */
function withRoom(
  decision: Decision,
  type: 'rooms.room.updated' | 'rooms.room.closed',
  changes: Parameters<typeof changeRoom>[2],
): Decision {
  const { room, announced } = changeRoom({ room: decision.room, people: [], waiting: 0 }, type, changes)
  return { room, people: decision.people, announced: [...decision.announced, ...announced] }
}

const sameName = (one: Person, other: Person): boolean => one.displayName === other.displayName && one.isGuest === other.isGuest

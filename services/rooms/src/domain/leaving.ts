import { Refusal } from '@matinee/kernel'
import { mustOwn, mustSee } from './access'
import { changeParticipant, changeRoom, type Decision, inTurn, unchanged } from './decision'
import { goesFrom } from './hosting'
import { isLive, rowOf, type Scene } from './room'

/**
 * Gives up one's place, or one's place in the queue, and what went with it: who acts as host gives the room back to its owner.
 * Without a place, in a public room, nothing changes.
 */
export function leave(scene: Scene, userId: string, nowMs: number): Decision {
  mustSee(scene, userId)
  if (scene.room.ownerId === userId) throw new Refusal('host_cannot_leave')
  const row = rowOf(scene, userId)
  if (!isLive(row)) return unchanged(scene)
  const gone = { ...row, standing: 'LEFT', role: 'member', isModerator: false, standingSinceMs: nowMs } as const
  return inTurn(
    scene,
    (before) => changeParticipant(before, gone),
    (before) => goesFrom(before, userId),
  )
}

/** Closes the room for good. Closing it again changes nothing. */
export function close(scene: Scene, ownerId: string): Decision {
  mustOwn(scene, ownerId)
  if (!scene.room.isActive) return unchanged(scene)
  return changeRoom(scene, 'rooms.room.closed', { isActive: false })
}

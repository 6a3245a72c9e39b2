import { Refusal } from '@matinee/kernel'
import { mustHost, mustSee } from './access'
import { changeParticipant, changeRoom, type Decision, unchanged } from './decision'
import { isLive, rowOf, type Scene } from './room'

/** Gives up one's place, or one's place in the queue. Without one, in a public room, nothing changes. */
export function leave(scene: Scene, userId: string, nowMs: number): Decision {
  mustSee(scene, userId)
  if (scene.room.host.userId === userId) throw new Refusal('host_cannot_leave')
  const row = rowOf(scene, userId)
  if (!isLive(row)) return unchanged(scene)
  return changeParticipant(scene, { ...row, standing: 'LEFT', standingSinceMs: nowMs })
}

/** Closes the room for good. Closing it again changes nothing. */
export function close(scene: Scene, hostId: string): Decision {
  mustHost(scene, hostId)
  if (!scene.room.isActive) return unchanged(scene)
  return changeRoom(scene, 'rooms.room.closed', { isActive: false })
}

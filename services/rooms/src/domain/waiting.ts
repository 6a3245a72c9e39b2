import { Refusal } from '@matinee/kernel'
import { mustBeOpen, mustHost } from './access'
import { changeParticipant, type Decision, unchanged } from './decision'
import { rowOf, type Scene } from './room'

/** The host and the one it decides about. */
export interface Ruling {
  readonly hostId: string
  readonly userId: string
  readonly nowMs: number
}

/** Lets somebody in who waits. Approving one who is in changes nothing. */
export function approve(scene: Scene, { hostId, userId, nowMs }: Ruling): Decision {
  mustHost(scene, hostId)
  mustBeOpen(scene)
  const row = rowOf(scene, userId)
  if (row?.standing === 'APPROVED') return unchanged(scene)
  if (row?.standing !== 'PENDING') throw new Refusal('participant_not_found')
  return changeParticipant(scene, { ...row, standing: 'APPROVED', standingSinceMs: nowMs })
}

/** Turns somebody down who waits. Denying one who was turned down changes nothing; one who is in is not denied but removed. */
export function deny(scene: Scene, { hostId, userId, nowMs }: Ruling): Decision {
  mustHost(scene, hostId)
  mustBeOpen(scene)
  const row = rowOf(scene, userId)
  if (row?.standing === 'DENIED') return unchanged(scene)
  if (row?.standing !== 'PENDING') throw new Refusal('participant_not_found')
  return changeParticipant(scene, { ...row, standing: 'DENIED', standingSinceMs: nowMs })
}

import { Refusal } from '@matinee/kernel'
import { mayHost, mustBeOpen, mustHost, mustOwn } from './access'
import { changeParticipant, changeRoom, type Decision, inTurn, unchanged } from './decision'
import { type Participant, type Person, type Room, rowOf, type Scene } from './room'

/** Who is in the live room, and who is believed to be its host. */
export interface Presence {
  readonly hostId: string
  /** The one who came first first. */
  readonly present: readonly string[]
}

/**
 * Who acts as host now. The owner does whenever it is present; another only while the host is not. Told again, or of a
 * host who is host no longer, it changes nothing.
 */
export function succeed(scene: Scene, { hostId, present }: Presence): Decision {
  const { room } = scene
  const here = present.flatMap((userId) => approved(scene, userId) ?? [])
  const isHere = (userId: string | null) => here.some((row) => row.userId === userId)
  if (!room.isActive) return unchanged(scene)
  if (isHere(room.ownerId)) return seat(scene, room.ownerId)
  if (room.host.userId !== hostId || isHere(hostId)) return unchanged(scene)
  const next = isHere(room.successorId)
    ? room.successorId
    : (here.find((row) => row.isModerator) ?? here.find((row) => !row.isGuest))?.userId
  return next ? seat(scene, next) : unchanged(scene)
}

/** The one who decides, and the one it decides about. */
export interface Appointment {
  readonly byId: string
  readonly userId: string
}

/** Makes somebody a moderator, or a member again. Refuses with `host_keeps_role` of the host and the owner. */
export function setRole(scene: Scene, { byId, userId, role }: Appointment & { readonly role: 'moderator' | 'member' }): Decision {
  mustHost(scene, byId)
  mustBeOpen(scene)
  const row = mustBeIn(scene, userId)
  if (mayHost(scene.room, userId)) throw new Refusal('host_keeps_role')
  return row.role === role ? unchanged(scene) : changeParticipant(scene, { ...row, role, isModerator: role === 'moderator' })
}

/** Gives the room away for good: `userId` is its owner and host from now on. To the owner itself it gives the host back. */
export function transfer(scene: Scene, { byId, userId }: Appointment): Decision {
  mustOwn(scene, byId)
  mustBeOpen(scene)
  mustBeIn(scene, userId)
  const { ownerId, successorId } = scene.room
  return seat(scene, userId, ownerId === userId ? {} : { ownerId: userId, successorId: successorId === userId ? null : successorId })
}

/** What follows where somebody has no place any more: the owner is host again, and a successor is to be named anew. */
export function goesFrom(scene: Scene, userId: string): Decision {
  const { room } = scene
  const freed: Partial<Room> = room.successorId === userId ? { successorId: null } : {}
  if (room.host.userId === userId && room.ownerId !== userId) return seat(scene, room.ownerId, freed)
  return room.successorId === userId ? changeRoom(scene, 'rooms.room.updated', freed) : unchanged(scene)
}

/** Makes somebody act as host, and whoever did what it was before; with further `changes` of the room. */
function seat(scene: Scene, userId: string, changes: Partial<Room> = {}): Decision {
  const [former, next] = [approved(scene, scene.room.host.userId), approved(scene, userId)]
  if (!next) throw new Error('the host to be has no place in the room')
  if (next.userId === former?.userId && Object.keys(changes).length === 0) return unchanged(scene)
  const step = (row: Participant | undefined, role: Participant['role']) => (before: Scene) =>
    row && row.role !== role ? changeParticipant(before, { ...row, role }) : unchanged(before)
  return inTurn(
    scene,
    step(former === next ? undefined : former, former?.isModerator ? 'moderator' : 'member'),
    step(next, 'host'),
    (before) => changeRoom(before, 'rooms.host.changed', { ...changes, host: personOf(next) }),
  )
}

function mustBeIn(scene: Scene, userId: string): Participant {
  const row = approved(scene, userId)
  if (!row) throw new Refusal('participant_not_found')
  return row
}

const approved = (scene: Scene, userId: string): Participant | undefined => {
  const row = rowOf(scene, userId)
  return row?.standing === 'APPROVED' ? row : undefined
}

const personOf = ({ userId, displayName, isGuest }: Participant): Person => ({ userId, displayName, isGuest })

import { Refusal } from '@matinee/kernel'
import { mustBeOpen } from './access'
import { changeParticipant, type Decision, unchanged } from './decision'
import { isLive, type Named, type Participant, type Person, type Room, rowOf, type Scene } from './room'

/** For how long one who was turned down may not ask again. */
export const deniedForMs = 10 * 60 * 1000
/** How many may wait before the next one is sent away. */
export const mostWaiting = 100

/** What was shown as the room's password, once it has been looked at. */
export type Shown = 'nothing' | 'wrong' | 'right'

/** Whether entering depends on a secret (the code, the password) at all: not in public rooms, nor for one who is in. */
export const isGuarded = (room: Room, row: Participant | undefined): boolean => room.isPrivate && !isLive(row)

/** Asks to enter. One with a live row stays as it is: the second join changes and announces nothing. */
export function join(scene: Scene, person: Person | Named, { shown, nowMs }: { shown: Shown; nowMs: number }): Decision {
  mustBeOpen(scene)
  const row = rowOf(scene, person.userId)
  if (isLive(row)) return unchanged(scene)
  mustNotBeDenied(row, nowMs)
  const standing = standingOfNewcomer(scene, shown)
  return changeParticipant(scene, {
    namedAtMs: 0,
    ...person,
    roomId: scene.room.id,
    standing,
    role: 'member',
    isModerator: false,
    joinedAtMs: nowMs,
    standingSinceMs: nowMs,
    lastHeartbeatMs: row?.lastHeartbeatMs ?? null,
  })
}

function standingOfNewcomer({ room, waiting }: Scene, shown: Shown): 'PENDING' | 'APPROVED' {
  switch (room.entryMode) {
    case null:
      return 'APPROVED'
    case 'PASSWORD':
      if (shown !== 'right') throw new Refusal('wrong_password')
      return 'APPROVED'
    case 'APPROVAL':
      if (waiting >= mostWaiting) throw new Refusal('too_many_waiting')
      return 'PENDING'
  }
}

function mustNotBeDenied(row: Participant | undefined, nowMs: number): void {
  if (row?.standing !== 'DENIED') return
  const retryAfterMs = row.standingSinceMs + deniedForMs - nowMs
  if (retryAfterMs > 0) throw new Refusal('denied', { retryAfterMs })
}

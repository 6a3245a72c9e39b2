import { aboutParticipant, type Decision } from './decision'
import { defaultName } from './default-name'
import type { EntryMode, Medium, Named, Participant, Person, Room } from './room'
import { roomRow } from './rows'

export interface RoomPlan {
  readonly id: string
  readonly code: string
  /** By default the room is called after its host. */
  readonly name: string | undefined
  readonly isPrivate: boolean
  readonly entryMode: EntryMode | undefined
  readonly passwordHash: string | null
  readonly medium: Medium | null
  readonly isChatEnabled: boolean
}

/** A new room with its host in it. */
export function create(plan: RoomPlan, maker: Person | Named, nowMs: number): Decision {
  const { namedAtMs, ...host } = { namedAtMs: 0, ...maker }
  const room: Room = {
    id: plan.id,
    code: plan.code,
    name: plan.name ?? defaultName(host.displayName),
    host,
    ownerId: host.userId,
    successorId: null,
    isPrivate: plan.isPrivate,
    entryMode: entryModeOf(plan),
    passwordHash: plan.passwordHash,
    medium: plan.medium,
    mediumBy: null,
    choices: [],
    isChatEnabled: plan.isChatEnabled,
    control: 'host',
    waitForReady: false,
    pauseForStalled: false,
    playbackPolicy: {},
    isActive: true,
    createdAtMs: nowMs,
    counter: 1,
    version: 1,
  }
  const hostRow: Participant = {
    ...host,
    roomId: room.id,
    standing: 'APPROVED',
    role: 'host',
    isModerator: false,
    joinedAtMs: nowMs,
    standingSinceMs: nowMs,
    lastHeartbeatMs: null,
    namedAtMs,
    version: 1,
  }
  return {
    room,
    people: [hostRow],
    announced: [{ type: 'rooms.room.created', data: { room: roomRow(room) } }, aboutParticipant(room, hostRow)],
  }
}

/** How strangers will enter the room that is asked for; null in a public one. */
export const entryModeOf = (wanted: Pick<RoomPlan, 'isPrivate' | 'entryMode'>): EntryMode | null =>
  wanted.isPrivate ? (wanted.entryMode ?? 'APPROVAL') : null

import type { Control, RoomPlaybackPolicy } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
import { mustBeOpen, mustHost, mustOwn } from './access'
import { changeRoom, type Decision, unchanged } from './decision'
import { type Medium, type MediumChoice, type Room, rowOf, type Scene } from './room'

/** What the host may change; what is undefined stays. */
export interface Settings {
  readonly name?: string | undefined
  readonly isChatEnabled?: boolean | undefined
  readonly medium?: Medium | undefined
  readonly control?: Control | undefined
  readonly waitForReady?: boolean | undefined
  readonly pauseForStalled?: boolean | undefined
  /** All thresholds of the room's own. */
  readonly playbackPolicy?: RoomPlaybackPolicy | undefined
  /** For the owner alone; null for nobody. */
  readonly successorId?: string | null | undefined
}

/** How many commands that chose a medium are told from new ones. */
const knownChoices = 16

/** Changes settings. Values that are as they were change and announce nothing. */
export function update(scene: Scene, byId: string, settings: Settings): Decision {
  mustHost(scene, byId)
  mustBeOpen(scene)
  const { room } = scene
  if (settings.successorId !== undefined) mustName(scene, byId, settings.successorId)
  const medium = settings.medium ?? room.medium
  const next = {
    name: settings.name ?? room.name,
    isChatEnabled: settings.isChatEnabled ?? room.isChatEnabled,
    medium,
    mediumBy: sameMedium(medium, room.medium) ? room.mediumBy : null,
    control: settings.control ?? room.control,
    waitForReady: settings.waitForReady ?? room.waitForReady,
    pauseForStalled: settings.pauseForStalled ?? room.pauseForStalled,
    playbackPolicy: settings.playbackPolicy ?? room.playbackPolicy,
    successorId: settings.successorId === undefined ? room.successorId : settings.successorId,
  }
  return sameSettings(next, room) ? unchanged(scene) : changeRoom(scene, 'rooms.room.updated', next)
}

/** What is watched, as a command in the live room wants it. The log has judged who may; the same command again changes nothing, though others may have followed it. */
export function chooseMedium(scene: Scene, { medium, by }: { readonly medium: Medium; readonly by: MediumChoice }): Decision {
  mustBeOpen(scene)
  const { choices } = scene.room
  if (choices.some(({ userId, commandId }) => userId === by.userId && commandId === by.commandId)) return unchanged(scene)
  return changeRoom(scene, 'rooms.room.updated', { medium, mediumBy: by, choices: [by, ...choices].slice(0, knownChoices) })
}

/** Only the owner names who stands in for it, and only one who is in. */
function mustName(scene: Scene, byId: string, successorId: string | null): void {
  mustOwn(scene, byId)
  if (successorId === null) return
  if (successorId === scene.room.ownerId || rowOf(scene, successorId)?.standing !== 'APPROVED') throw new Refusal('participant_not_found')
}

type Changeable = Pick<
  Room,
  'name' | 'isChatEnabled' | 'medium' | 'control' | 'waitForReady' | 'pauseForStalled' | 'playbackPolicy' | 'successorId'
>

const sameSettings = (one: Changeable, other: Changeable): boolean =>
  one.name === other.name &&
  one.isChatEnabled === other.isChatEnabled &&
  one.control === other.control &&
  one.waitForReady === other.waitForReady &&
  one.pauseForStalled === other.pauseForStalled &&
  one.successorId === other.successorId &&
  sameMedium(one.medium, other.medium) &&
  sameThresholds(one.playbackPolicy, other.playbackPolicy)

const sameMedium = (one: Medium | null, other: Medium | null): boolean => one?.provider === other?.provider && one?.id === other?.id

/** In whatever order they are named. */
const sameThresholds = (one: RoomPlaybackPolicy, other: RoomPlaybackPolicy): boolean => {
  const inOrder = (policy: RoomPlaybackPolicy) => JSON.stringify(Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1)))
  return inOrder(one) === inOrder(other)
}

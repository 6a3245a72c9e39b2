import { mustBeOpen, mustHost } from './access'
import { changeRoom, type Decision, unchanged } from './decision'
import type { Medium, Scene } from './room'

/** What the host may change; what is undefined stays. */
export interface Settings {
  readonly name?: string | undefined
  readonly isChatEnabled?: boolean | undefined
  readonly medium?: Medium | undefined
}

/** Changes settings. Values that are as they were change and announce nothing. */
export function update(scene: Scene, hostId: string, settings: Settings): Decision {
  mustHost(scene, hostId)
  mustBeOpen(scene)
  const { room } = scene
  const next = {
    name: settings.name ?? room.name,
    isChatEnabled: settings.isChatEnabled ?? room.isChatEnabled,
    medium: settings.medium ?? room.medium,
  }
  const same = next.name === room.name && next.isChatEnabled === room.isChatEnabled && sameMedium(next.medium, room.medium)
  return same ? unchanged(scene) : changeRoom(scene, 'rooms.room.updated', next)
}

const sameMedium = (one: Medium | null, other: Medium | null): boolean => one?.provider === other?.provider && one?.id === other?.id

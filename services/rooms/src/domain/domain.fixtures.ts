import { create, type RoomPlan } from './create'
import { after, type Decision } from './decision'
import { join, type Shown } from './entry'
import type { Participant, Person, Scene } from './room'

export { after } from './decision'

export const noonMs = Date.UTC(2026, 0, 1, 12)

export const ana: Person = { userId: '0a000000-0000-4000-8000-00000000000a', displayName: 'Ana', isGuest: false }
export const ben: Person = { userId: '0b000000-0000-4000-8000-00000000000b', displayName: 'Ben', isGuest: true }
export const eve: Person = { userId: '0e000000-0000-4000-8000-00000000000e', displayName: 'Eve', isGuest: true }

export const plan: RoomPlan = {
  id: '00000000-0000-4000-8000-000000000001',
  code: '7GQ4KX2M',
  name: undefined,
  isPrivate: false,
  entryMode: undefined,
  passwordHash: null,
  medium: null,
  isChatEnabled: true,
}
export const approvalPlan: RoomPlan = { ...plan, isPrivate: true }
export const passwordPlan: RoomPlan = { ...plan, isPrivate: true, entryMode: 'PASSWORD', passwordHash: 'hashed' }

/** A room of Ana's, just made. */
export const roomOf = (wanted: RoomPlan): Scene =>
  after({ room: create(wanted, ana, noonMs).room, people: [], waiting: 0 }, create(wanted, ana, noonMs))

/** The scene once `person` has asked to enter. */
export const joined = (scene: Scene, person: Person, shown: Shown = 'nothing', nowMs = noonMs): Scene =>
  after(scene, join(scene, person, { shown, nowMs }))

export const standingOf = (scene: Scene, { userId }: Person): Participant['standing'] | undefined =>
  scene.people.find((row) => row.userId === userId)?.standing

/** What a decision announces, by type. */
export const types = (decision: Decision): string[] => decision.announced.map(({ type }) => type)

import type { ParticipantRow, RoomRow, RoomsEventType, Standing } from '@matinee/contracts'
import type { Participant, Room, Scene } from './room'
import { participantRow, roomRow } from './rows'

type AboutRoom = Extract<RoomsEventType, `rooms.room.${string}` | 'rooms.host.changed'>
type AboutParticipant = Extract<RoomsEventType, `rooms.participant.${string}`>

/** A fact for the other services: the whole row it is about, with its version. */
export type Announcement =
  | { readonly type: AboutRoom; readonly data: { readonly room: RoomRow } }
  | { readonly type: AboutParticipant; readonly data: { readonly participant: ParticipantRow } }

/** What changes and what is announced: a store commits all of it or nothing. */
export interface Decision {
  /** The room afterwards, its counter raised; as it was when nothing changes. */
  readonly room: Room
  /** The rows to write. */
  readonly people: readonly Participant[]
  readonly announced: readonly Announcement[]
}

export const unchanged = (scene: Scene): Decision => ({ room: scene.room, people: [], announced: [] })

/** A row as it is to be, before the change gives it its version. */
export type NewRow = Omit<Participant, 'version'>

/** A participant's row changes; the counter rises with it. */
export function changeParticipant(scene: Scene, next: NewRow): Decision {
  const room = { ...scene.room, counter: scene.room.counter + 1 }
  const row = { ...next, version: room.counter }
  return { room, people: [row], announced: [aboutParticipant(room, row)] }
}

/** The room's row changes; the counter rises with it. */
export function changeRoom(scene: Scene, type: Exclude<AboutRoom, 'rooms.room.created'>, changes: Partial<Room>): Decision {
  const version = scene.room.counter + 1
  const room = { ...scene.room, ...changes, counter: version, version }
  return { room, people: [], announced: [{ type, data: { room: roomRow(room) } }] }
}

/** One change after the other, each of what the one before has left, in one step: each row that changes gets a version of its own. */
export function inTurn(scene: Scene, ...changes: readonly ((scene: Scene) => Decision)[]): Decision {
  return changes.reduce<Decision>((made, change) => {
    const { room, people, announced } = change(after(scene, made))
    return { room, people: [...made.people, ...people], announced: [...made.announced, ...announced] }
  }, unchanged(scene))
}

/** The scene once a decision about it is carried out. */
export function after({ people, waiting }: Scene, decision: Decision): Scene {
  const changed = new Map(decision.people.map((row) => [row.userId, row]))
  const waitingAmong = (rows: Iterable<Participant>) => [...rows].filter((row) => row.standing === 'PENDING').length
  const were = people.filter((row) => changed.has(row.userId))
  return {
    room: decision.room,
    people: [...people.filter((row) => !changed.has(row.userId)), ...changed.values()],
    waiting: waiting - waitingAmong(were) + waitingAmong(changed.values()),
  }
}

export const aboutParticipant = (room: Room, row: Participant): Announcement => ({
  type: typeOf[row.standing],
  data: { participant: participantRow(room, row) },
})

const typeOf: Record<Standing, AboutParticipant> = {
  PENDING: 'rooms.participant.pending',
  APPROVED: 'rooms.participant.approved',
  DENIED: 'rooms.participant.denied',
  LEFT: 'rooms.participant.removed',
  REMOVED: 'rooms.participant.removed',
}

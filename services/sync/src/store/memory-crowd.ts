import type { MemoryRoom, Writing } from './memory-room'
import { crowdChangesAtOnce, type RoomLogBounds } from './room-log.bounds'
import { memberText } from './room-log.texts'

/**
 * Who is told to be present. In a crowd, arrivals and departures wait for each
 * other: what comes within one pause is one PRESENCE, and one who came and went
 * in between is in none. Whatever waits is told before anything that comes later.
 */
export interface Crowd {
  /** Those whom the events so far say to be present, oldest first. */
  readonly told: Set<string>
  /** Those of whom the events say the opposite of what is so, in the order in which that came about. */
  readonly untold: Set<string>
  /** When the last PRESENCE was appended. */
  toldAtMs: number
  /** Offset of the note which says that something waits; 0 while nothing does. */
  presenceDue: number
}

/** Nobody is there, and nothing waits. */
export const newCrowd = (): Crowd => ({ told: new Set(), untold: new Set(), toldAtMs: 0, presenceDue: 0 })

/** A person has come, or has gone. Appended at once, unless there are so many that it waits for `settleCrowd`. */
export function personChanged(room: MemoryRoom, userId: string, { crowdPeople }: RoomLogBounds, writing: Writing): void {
  const { told, untold, people } = room
  if (untold.size > 0 || Math.max(told.size, people.size) > crowdPeople) {
    if (!untold.delete(userId)) untold.add(userId)
    return
  }
  const came = people.has(userId)
  if (came) told.add(userId)
  else told.delete(userId)
  const member = room.members.get(userId)
  if (member) writing.event(came ? 'USER_JOINED' : 'USER_LEFT', `"user":${memberText(member)}}`)
}

/** At the end of a call: appends what waits where the last PRESENCE is a pause ago, else notes when it is due. */
export function settleCrowd(room: MemoryRoom, { crowdPauseMs }: RoomLogBounds, writing: Writing): void {
  if (room.untold.size === 0 || room.presenceDue > 0) return
  const afterMs = room.toldAtMs + crowdPauseMs - writing.nowMs
  // Longer than a pause only where the clock has been set back.
  if (afterMs <= 0 || afterMs > crowdPauseMs) return tellCrowd(room, writing)
  writing.note('PRESENCE_DUE', JSON.stringify({ after_ms: afterMs }))
  room.presenceDue = room.offset
}

/** Appends what waits, if anything still does. */
export function tellCrowd(room: MemoryRoom, writing: Writing): void {
  const { told, untold, people, members } = room
  const changes = [...untold]
  untold.clear()
  room.presenceDue = 0
  const texts = (userIds: readonly string[]) => userIds.flatMap((userId) => members.get(userId) ?? []).map(memberText)
  for (let from = 0; from < changes.length; from += crowdChangesAtOnce) {
    const some = changes.slice(from, from + crowdChangesAtOnce)
    const came = some.filter((userId) => people.has(userId))
    const went = some.filter((userId) => !people.has(userId))
    for (const userId of came) told.add(userId)
    for (const userId of went) told.delete(userId)
    room.toldAtMs = writing.nowMs
    writing.event('PRESENCE', `"joined":[${texts(came)}],"left":[${texts(went)}],"total":${told.size}}`)
  }
}

import type { Db } from '@matinee/db'
import { type SQL, sql } from 'drizzle-orm'
import type { SeenRoom } from '../ports'
import type { Tables } from './tables'

/** How many people are noted as seen in one transaction: short, so that others get their turn. */
const peopleAtOnce = 500

/** Parts of at most so many people, in an order that is the same at every replica. */
export function inBatches(seen: readonly SeenRoom[]): readonly (readonly SeenRoom[])[] {
  const batches: SeenRoom[][] = []
  let left = 0
  for (const { code, userIds } of seen.toSorted((a, b) => (a.code < b.code ? -1 : 1))) {
    for (let from = 0; from < userIds.length; ) {
      if (left === 0) {
        batches.push([])
        left = peopleAtOnce
      }
      const some = userIds.slice(from, from + left)
      batches.at(-1)?.push({ code, userIds: some })
      from += some.length
      left -= some.length
    }
  }
  return batches
}

/** Whether a participant is one of those who were seen in its own room; all of them in one parameter and one statement. */
export function areSeen({ dialect }: Db, { rooms, participants }: Pick<Tables, 'rooms' | 'participants'>, seen: readonly SeenRoom[]): SQL {
  const list = JSON.stringify(seen.map(({ code, userIds }) => [code, userIds]))
  const place = sql`(${participants.roomId}, ${participants.userId})`
  if (dialect === 'sqlite') {
    return sql`${place} in (
      select ${rooms.id}, person.value
      from json_each(${list}) as seen
      join ${rooms} on ${rooms.code} = json_extract(seen.value, '$[0]')
      join json_each(seen.value, '$[1]') as person)`
  }
  // Locked in one order: replicas write the same rows, and must not wait for each other in a circle.
  return sql`${place} in (
    select held.room_id, held.user_id
    from json_array_elements(${list}::text::json) as seen(value)
    join ${rooms} on ${rooms.code} = seen.value ->> 0
    cross join lateral json_array_elements_text(seen.value -> 1) as person(value)
    join ${participants} as held on held.room_id = ${rooms.id} and held.user_id = person.value
    order by held.room_id, held.user_id
    for update of held)`
}

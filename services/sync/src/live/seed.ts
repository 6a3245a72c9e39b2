import type { Memberships, OpenRoom } from '../ports'

type Seed = Omit<NonNullable<OpenRoom['seed']>, 'epoch'>

/** How often both answers are asked for anew because the room changed between them. */
const mostTries = 5

/**
 * What a new log of the room begins with, asked of its owner by `userId`: the room, that person, the host, and all who wait.
 * Others are asked about when they come. Undefined: no such room.
 */
export async function seedOf(memberships: Memberships, code: string, userId: string): Promise<Seed | undefined> {
  for (let tries = 1; ; tries++) {
    const own = await memberships.ask(code, userId)
    if (!own.room) return undefined
    // Those who wait are told for the host alone.
    const hosts = own.room.host.id === userId ? own : await memberships.ask(code, own.room.host.id)
    if (!hosts.room) return undefined
    // One who was let in between waits no longer, and would be told of again by its fact, which is later than the first answer.
    if (own.counter !== hosts.counter && tries < mostTries) continue
    // The later answer comes last, and counts.
    const people = [own.participant, hosts.participant, ...own.pending, ...hosts.pending].flatMap((row) => row ?? [])
    return {
      room: hosts.room,
      participants: [...new Map(people.map((row) => [row.user_id, row])).values()],
      rowsTo: Math.min(own.counter, hosts.counter),
    }
  }
}

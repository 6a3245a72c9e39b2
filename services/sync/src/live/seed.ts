import type { Memberships, OpenRoom } from '../ports'

type Seed = Omit<NonNullable<OpenRoom['seed']>, 'epoch'>

/**
 * What a new log of the room begins with, asked of its owner by `userId`: the room, that person, the host, and all who wait.
 * Others are asked about when they come. Undefined: no such room.
 */
export async function seedOf(memberships: Memberships, code: string, userId: string): Promise<Seed | undefined> {
  const own = await memberships.ask(code, userId)
  if (!own.room) return undefined
  // Those who wait are told for the host alone.
  const hosts = own.room.host.id === userId ? own : await memberships.ask(code, own.room.host.id)
  if (!hosts.room) return undefined
  // The later answer comes last, and counts.
  const people = [own.participant, hosts.participant, ...own.pending, ...hosts.pending].flatMap((row) => row ?? [])
  return {
    room: hosts.room,
    participants: [...new Map(people.map((row) => [row.user_id, row])).values()],
    rowsTo: Math.min(own.counter, hosts.counter),
  }
}

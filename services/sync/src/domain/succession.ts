import type { Member, Room } from '@matinee/contracts'

/** What a node knows of the host's absence. Instants are monotonic milliseconds of that node. */
export interface Absence {
  /** Since when the host has not been here, if it is not. */
  sinceMs: number | undefined
  /** What the owner of the room was asked last, and when; undefined before. */
  asked: { readonly question: string; readonly atMs: number } | undefined
}

/** Whoever was asked in vain is asked again after this, if others are here by now. */
export const againMs = 10_000
/** And after this where everything is as it was: what the owner goes by may have changed. */
export const againAnywayMs = 5 * 60_000

export const createAbsence = (): Absence => ({ sinceMs: undefined, asked: undefined })

/**
 * Whether it is time to ask who acts as host: the owner is here, and another stands in; or the host has not been here for
 * `graceMs`, and somebody is. `present` is who is here, the one who came first first.
 */
export function isTimeToAsk(
  absence: Absence,
  room: Pick<Room, 'host' | 'owner_id' | 'is_active'>,
  present: { readonly has: (userId: string) => boolean; readonly size: number },
  { nowMs, graceMs }: { readonly nowMs: number; readonly graceMs: number },
): boolean {
  const { host, owner_id, is_active } = room
  if (present.has(host.id)) absence.sinceMs = undefined
  else absence.sinceMs ??= nowMs
  if (!is_active || present.size === 0) return false
  if (host.id !== owner_id && present.has(owner_id)) return true
  return absence.sinceMs !== undefined && nowMs - absence.sinceMs >= graceMs
}

/**
 * Of those present, in the order in which they came, at most `most`: before others those who may be named by the rule, whatever
 * crowd came before them. `people` are members' JSON by user id.
 */
export function candidatesOf(
  people: ReadonlyMap<string, string>,
  { owner_id, successor_id }: Pick<Room, 'owner_id' | 'successor_id'>,
  most: number,
): readonly string[] {
  if (people.size <= most) return [...people.keys()]
  const rankOf = (id: string, member: string) => {
    if (id === owner_id || id === successor_id) return 0
    const { role, is_guest } = JSON.parse(member) as Pick<Member, 'role' | 'is_guest'>
    if (role !== 'member') return 1
    return is_guest ? 3 : 2
  }
  const ranked = [...people].map(([id, member], place) => ({ id, place, rank: rankOf(id, member) }))
  const chosen = ranked.sort((one, other) => one.rank - other.rank || one.place - other.place).slice(0, most)
  return chosen.sort((one, other) => one.place - other.place).map(({ id }) => id)
}

/** Whether this question is put now; notes that it is. One that was asked in vain is not asked all the time. */
export function putsQuestion(absence: Absence, question: string, nowMs: number): boolean {
  const { asked } = absence
  const sinceMs = asked ? nowMs - asked.atMs : Number.POSITIVE_INFINITY
  if (sinceMs < (asked?.question === question ? againAnywayMs : againMs)) return false
  absence.asked = { question, atMs: nowMs }
  return true
}

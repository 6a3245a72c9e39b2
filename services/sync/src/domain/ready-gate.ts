import { awaitedElsewhere, type Whisper } from './elsewhere'

/**
 * Whom a room waits for before it plays. The wait itself is in the timeline, as a start that lies far ahead: were every node
 * to go, playback would begin then all the same. The gate only tells when there is nobody left to wait for, so that the start
 * can be brought forward. Instants are milliseconds on the log's clock; members are connections of one node.
 */
export interface ReadyGate {
  /** The version for which members have to be ready: that of the latest medium, jump or stall. 0: none that is known. */
  cue: number
  /** From then on nobody is waited for, until the next cue. */
  deadlineMs: number
  /** Whether the cue stands for those who stall, and not for a jump: whoever plays there is ready, too. */
  forStalled: boolean
  /** The start that was put off, while it lies ahead. */
  start: { readonly version: number; readonly atMs: number } | undefined
  /** Those who have ever said where their player is; the others are never waited for. */
  readonly members: Map<string, GateMember>
  /** Those of them who are waited for. */
  readonly awaited: Set<string>
}
export interface GateMember {
  readyFor: number
  /** It has kept the room waiting up to a deadline, and has not caught up since. */
  ignored: boolean
  stalled: boolean
}

/** A change of the timeline, as the log tells of it. */
export interface TimelineChange {
  readonly version: number
  readonly sentAtMs: number
  /** Whether the medium or the position is another now. */
  readonly moved: boolean
  /** Whether it stands for those who stall: the others are ready. */
  readonly forStalled: boolean
  /** Until when its start is put off for members to be ready; undefined where it is not. */
  readonly putOffToMs: number | undefined
}

/** A gate at which nobody has come by yet. */
export const createReadyGate = (): ReadyGate => ({
  cue: 0,
  deadlineMs: 0,
  forStalled: false,
  start: undefined,
  members: new Map(),
  awaited: new Set(),
})

/** Begins anew with a timeline of which only the present is known: of what was before it, nobody has to be ready. */
export function beginGate(
  gate: ReadyGate,
  now: Pick<TimelineChange, 'version' | 'putOffToMs' | 'forStalled'> & { readonly nowMs: number },
): void {
  const { version, putOffToMs, forStalled, nowMs } = now
  gate.members.clear()
  gate.awaited.clear()
  gate.start = putOffToMs !== undefined && putOffToMs > nowMs ? { version, atMs: putOffToMs } : undefined
  gate.cue = gate.start ? version : 0
  gate.deadlineMs = gate.start?.atMs ?? 0
  gate.forStalled = forStalled
}

/** Takes the next change of the timeline. `timeoutMs` is how long the room waits at most. */
export function followTimeline(gate: ReadyGate, change: TimelineChange, timeoutMs: number): void {
  const { version, sentAtMs, putOffToMs, moved, forStalled } = change
  gate.start = putOffToMs === undefined ? undefined : { version, atMs: putOffToMs }
  if (!moved && !forStalled) return
  gate.cue = version
  gate.forStalled = forStalled
  gate.deadlineMs = gate.start?.atMs ?? sentAtMs + timeoutMs
  gate.awaited.clear()
  for (const [id, member] of gate.members) {
    if (forStalled && !member.stalled) member.readyFor = version
    else if (!member.ignored) gate.awaited.add(id)
  }
}

/** The member has told something of its player: from now on it counts. One that comes while the room waits is waited for, too. */
export function countMember(gate: ReadyGate, id: string, nowMs: number): GateMember {
  const known = gate.members.get(id)
  if (known) return known
  const member = { readyFor: 0, ignored: false, stalled: false }
  gate.members.set(id, member)
  if (nowMs < gate.deadlineMs) gate.awaited.add(id)
  return member
}

/** The member can play from where the timeline of `version` is. */
export function memberReady(gate: ReadyGate, id: string, version: number, nowMs: number): void {
  const member = countMember(gate, id, nowMs)
  member.readyFor = Math.max(member.readyFor, version)
  if (member.readyFor < gate.cue) return
  member.ignored = false
  member.stalled = false
  gate.awaited.delete(id)
}

/**
 * What the member's report says: whether its player stalls, whether it follows the timeline, and whether it plays near where that
 * stands. One that neither plays nor stalls may be seeking: only READY tells whether it could play after a jump.
 */
export function memberReported(
  gate: ReadyGate,
  id: string,
  told: { readonly stalled: boolean; readonly follows: boolean; readonly playsThere: boolean },
  nowMs: number,
): void {
  const member = countMember(gate, id, nowMs)
  member.stalled = told.stalled
  if (told.follows) member.ignored = false
  if (gate.forStalled && told.playsThere) memberReady(gate, id, gate.cue, nowMs)
}

/** The member is gone: nobody waits for it. */
export function dropMember(gate: ReadyGate, id: string): void {
  gate.members.delete(id)
  gate.awaited.delete(id)
}

/** Lets time pass: at the deadline, those who are still awaited are not any more, nor at the next cue unless they catch up before. */
export function passTime(gate: ReadyGate, nowMs: number): void {
  if (gate.start && gate.start.atMs <= nowMs) gate.start = undefined
  if (nowMs < gate.deadlineMs) return
  for (const id of gate.awaited) {
    const member = gate.members.get(id)
    if (member) member.ignored = true
  }
  gate.awaited.clear()
}

/**
 * How long what is about to start is put off for those who are not ready, here or elsewhere; 0 where there are none. A jump is
 * something that nobody can be ready for yet.
 */
export function waitMs(
  gate: ReadyGate,
  { moved, nowMs, timeoutMs, whispers }: { moved: boolean; nowMs: number; timeoutMs: number; whispers: readonly Whisper[] },
): number {
  if (moved) return anyoneCounts(gate) || whispers.some(({ counts }) => counts) ? timeoutMs : 0
  const leftMs = Math.max(0, gate.deadlineMs - nowMs)
  return gate.awaited.size > 0 || awaitedElsewhere(whispers, gate.cue) ? leftMs : 0
}

/** Whether the start that was put off can be brought forward: whoever is waited for is ready. A node where nobody counts does not judge. */
export const canStart = (gate: ReadyGate, whispers: readonly Whisper[]): boolean =>
  gate.start !== undefined && gate.members.size > 0 && gate.awaited.size === 0 && !awaitedElsewhere(whispers, gate.cue)

/** Whether there is anybody who would be waited for. */
export function anyoneCounts({ members }: ReadyGate): boolean {
  for (const { ignored } of members.values()) if (!ignored) return true
  return false
}

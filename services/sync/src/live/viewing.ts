import type { Member, Person, Playback, Room } from '@matinee/contracts'
import { type Elsewhere, heardLately, type Whisper } from '../domain/elsewhere'
import type { LogEntry } from '../domain/log-entry'
import { personOf } from '../domain/person'
import { type PlaybackRules, playbackRulesOf } from '../domain/playback-rules'
import { beginGate, createReadyGate, dropMember, followTimeline, passTime } from '../domain/ready-gate'
import { sampleOf } from '../domain/sample'
import type { MemberDrift } from '../domain/skew'
import { createStallBook, goesOn, stands, standsFor } from '../domain/stall'
import { positionAt, putOffTo } from '../domain/timeline'
import type { Session } from './session'

/** What a member last said of its player. */
export interface ViewerReport {
  /** Undefined where it cannot be said of the timeline as it is. */
  readonly driftMs: number | undefined
  readonly errorMs: number
  /** What it takes to have this member start in time; undefined until it has measured. */
  readonly delayMs: number | undefined
  /** Whether its player was near the timeline when that could be said last. */
  readonly near: boolean
  readonly stalled: boolean
  readonly reportedMs: number
}

/**
 * How a room is being watched here: what its members tell of their players, what other nodes whisper of theirs, whom the room
 * waits for. Nothing of it is in the log. Instants are the log's clock.
 */
export function createViewing({ nowMs, room }: { readonly nowMs: () => number; readonly room: () => Room }) {
  const gate = createReadyGate()
  const stalls = createStallBook()
  const elsewhere: Elsewhere = new Map()
  const reports = new Map<Session, ViewerReport>()
  const rules = (): PlaybackRules => playbackRulesOf(room())
  /** The latest version at which the timeline stood at the beginning, as far as this node has seen. */
  let beginningVersion = -1
  const noteBeginning = ({ version, playing, media, time }: Playback) => {
    if (!media || (!playing && time * 1000 <= rules().seekBeyondMs)) beginningVersion = version
  }

  const told = { skewMs: 0, waitingMs: 0, waiting: false, whisperMs: 0, whispered: '', alone: false, reported: false }

  return {
    gate,
    stalls,
    reports,
    rules,
    /** What was told to whom, and when. */
    told,
    /** Nobody has told of a player, here or elsewhere, and whoever should know does: there is nothing to wait for nor to tell. */
    isStill: () =>
      !gate.start &&
      gate.members.size + reports.size + elsewhere.size === 0 &&
      !told.waiting &&
      told.whispered !== '' &&
      !told.whispered.includes(' true '),
    /** Whether a start is just being brought forward, or the room stopped. */
    deciding: false,

    /** The log is as it is: what was before, nobody here knows. */
    begin(playback: Playback): void {
      const { version, user } = playback
      beginningVersion = -1
      noteBeginning(playback)
      beginGate(gate, { version, putOffToMs: putOffTo(playback), forStalled: user === null, nowMs: nowMs() })
      reports.clear()
    },

    /** The log has told of a change of the timeline. */
    follow({ type, payload }: LogEntry, before: Playback, after: Playback): void {
      noteBeginning(after)
      const { sent_at_ms: sentAtMs } = JSON.parse(payload) as { sent_at_ms: number }
      const putOffToMs = putOffTo(after)
      const awayMs = Math.abs(after.time - positionAt(before, sentAtMs)) * 1000
      const moved = type === 'SEEK' || type === 'MEDIA' || (type !== 'RATE' && awayMs > rules().seekBeyondMs)
      // Nobody has pressed play: the nodes have put it off.
      const forStalled = type === 'PLAY' && after.user === null && putOffToMs !== undefined
      followTimeline(gate, { version: after.version, sentAtMs, putOffToMs, moved, forStalled }, rules().readyTimeoutMs)
      if (forStalled) stands(stalls, after.version, stalledUsers(), sentAtMs)
      else if (!gate.start) goesOn(stalls, after.playing ? after.at_ms : sentAtMs)
      // What was said of the timeline before is not said of this one.
      for (const [session, report] of reports) reports.set(session, { ...report, driftMs: undefined })
    },

    /** Whether the timeline has been away from the beginning ever since this one came in: a page that has just been opened may be elsewhere. */
    cameMidway: ({ cameOnVersion }: Session): boolean => cameOnVersion !== undefined && cameOnVersion > beginningVersion,

    /** It is no member here any more: nobody waits for it. */
    forget(session: Session): void {
      reports.delete(session)
      dropMember(gate, session.connection.id)
    },

    /** Lets time pass. Whether a start that was put off has reached its deadline. */
    pass(): boolean {
      const { start } = gate
      passTime(gate, nowMs())
      if (!start || gate.start) return false
      goesOn(stalls, start.atMs)
      return true
    },

    /** Another node tells of its members. True when it was not known to be there. */
    hear(node: string, whisper: Whisper): boolean {
      const isNew = !elsewhere.has(node)
      elsewhere.set(node, { whisper, heardMs: nowMs() })
      const awaited = whisper.awaited.map(({ id }) => id)
      standsFor(stalls, whisper.version, awaited)
      return isNew
    },
    elsewhere: (): readonly Whisper[] => heardLately(elsewhere, nowMs()),

    /** What the members here need to start in time. */
    delays: () => sampleOf([...reports.values()].flatMap(({ delayMs }) => delayMs ?? [])),
    /** How far those are off who have told lately. */
    drifts(): readonly MemberDrift[] {
      const sinceMs = nowMs() - 3 * Math.max(1_000, rules().reportIntervalMs)
      return [...reports].flatMap(([{ identity }, { driftMs, errorMs, reportedMs }]) =>
        identity && driftMs !== undefined && reportedMs >= sinceMs ? [{ userId: identity.userId, driftMs, errorMs }] : [],
      )
    },
    /** Whom the room waits for here. */
    awaited(members: ReadonlySet<Session>): readonly Person[] {
      if (gate.awaited.size === 0) return []
      return [...members].flatMap(({ connection, member }) =>
        gate.awaited.has(connection.id) ? [personOf(JSON.parse(member) as Member)] : [],
      )
    },
  }

  function stalledUsers(): readonly string[] {
    return [...reports].flatMap(([{ identity }, { stalled }]) => (stalled && identity ? [identity.userId] : []))
  }
}

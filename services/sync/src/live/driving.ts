import type { Playback, PlaybackFrame } from '@matinee/contracts'
import { playbackEvent } from '../domain/new-event'
import { type PlaybackCommand, positionAt, schedule } from '../domain/timeline'
import { append, type Performed, type Wanted } from './appending'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import type { Session } from './session'
import { startTiming } from './starts'

/** A version that playback never has: the log answers whether it knows the command, and else that there is a conflict. */
export const noVersion = -1
/** Who may give commands of playback, as the log judges it. */
export const drivers: Wanted['role'] = 'host'

/** Puts a playback command to the log. `conflict`: playback is not at the version that the command expects. */
export async function drive(context: LiveContext, session: Session, room: LiveRoom, frame: PlaybackFrame): Promise<Performed | 'conflict'> {
  let leadMs = 0
  let believed = false
  const want = (): Wanted => {
    const { playback } = room.replica
    const nowMs = context.logNowMs()
    believed = believes(room, session, frame, nowMs)
    const command = commandOf(frame, believed)
    const timing = startTiming(room, { moved: moves(room, playback, command, nowMs), nowMs })
    // The event is built from the replica, so it must not take effect on another version. It is put to the log
    // in any case, which knows a repeated command by its id, whatever the version is by now.
    const { expect_version = playback.version } = frame
    const expectedVersion = expect_version === playback.version ? expect_version : noVersion
    const scheduled = schedule(playback, command, timing)
    // What holds at once is not put off; what waits for members is counted when they are ready.
    const { timeline, holds } = scheduled
    leadMs = timeline.playing && !timeline.put_off && 'leadMs' in holds ? holds.leadMs : 0
    const event = playbackEvent(frame.type, scheduled, session.member)
    // Who says what version is expected is in the way of nobody who was let on to rooms with it.
    const claim = frame.expect_version === undefined ? {} : ({ claim: 'heeded' } as const)
    return { event, role: drivers, playback: { expectedVersion, ...claim } }
  }
  const outcome = await append(context, session, room, { id: frame.id, want, oneOfSeveral: false })
  if (outcome === 'claimed') throw new Error('a command of playback claims nothing')
  if (outcome === 'done') context.metrics.commands.inc({ type: frame.type })
  if (outcome === 'done' && believed) session.cameOnVersion = undefined
  if (outcome === 'done' && leadMs > 0) context.metrics.leads.observe(leadMs)
  return outcome
}

/**
 * Whether what this client says of the position can be its player's: its player was last seen near the timeline; or it does not
 * report, and it names a position near the timeline, or did before, or came when the timeline stood at the beginning, or saw it
 * there. A page that has just been opened stands at 0, whatever everybody sees. Whoever seeks means where to.
 */
function believes({ viewing, replica }: LiveRoom, session: Session, frame: PlaybackFrame, nowMs: number): boolean {
  if (frame.type === 'SEEK') return true
  if (frame.type === 'RATE') return false
  const report = viewing.reports.get(session)
  if (report) return report.near
  if (!viewing.cameMidway(session)) return true
  return Math.abs(frame.time - positionAt(replica.playback, nowMs)) * 1000 <= viewing.rules().seekBeyondMs
}

function commandOf(frame: PlaybackFrame, believed: boolean): PlaybackCommand {
  if (frame.type === 'RATE') return { type: 'RATE', rate: frame.rate }
  if (frame.type === 'SEEK') return { type: 'SEEK', timeS: frame.time }
  return { type: frame.type, timeS: believed ? frame.time : undefined }
}

/** Whether a command goes to where nobody is yet. */
function moves({ viewing }: LiveRoom, playback: Playback, command: PlaybackCommand, nowMs: number): boolean {
  if (command.type === 'SEEK') return true
  if (command.type === 'RATE' || command.timeS === undefined) return false
  return Math.abs(command.timeS - positionAt(playback, nowMs)) * 1000 > viewing.rules().seekBeyondMs
}

import type { ClientFrame } from '@matinee/contracts'
import { delayOf } from '../domain/lead'
import { memberReady, memberReported } from '../domain/ready-gate'
import { driftOf, follows, type PlayerReport, playsNear } from '../domain/skew'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import type { Session } from './session'
import { bringForward, standStill } from './starts'

/** Takes what a member says of its player. It never changes the timeline, whoever the member is. */
export function takeReport(context: LiveContext, session: Session, room: LiveRoom, frame: Extract<ClientFrame, { type: 'REPORT' }>): void {
  const { viewing, replica } = room
  const { playback } = replica
  const nowMs = context.logNowMs()
  const report: PlayerReport = {
    positionS: frame.position,
    playing: frame.playing,
    rate: frame.rate,
    atMs: frame.at_ms,
    errorMs: frame.error_ms,
  }
  const { seekBeyondMs } = viewing.rules()
  const driftMs = driftOf(report, playback, nowMs)
  const { stalled = false } = frame
  const known = viewing.reports.get(session)
  viewing.reports.set(session, {
    driftMs,
    errorMs: frame.error_ms,
    delayMs: measuredBy(frame, frame.error_ms) ?? known?.delayMs,
    near: driftMs === undefined ? (known?.near ?? false) : Math.abs(driftMs) <= seekBeyondMs,
    stalled,
    reportedMs: nowMs,
  })
  viewing.told.reported = true
  context.lookSoon()
  const near = { nowMs, withinMs: seekBeyondMs }
  const said = { stalled, follows: !stalled && follows(report, playback, near), playsThere: !stalled && playsNear(report, playback, near) }
  memberReported(viewing.gate, session.connection.id, said, nowMs)
  if (stalled) void standStill(context, room, session)
  void bringForward(context, room)
}

/** Takes that a member's player can start where the timeline of this version is; nobody is ready for what is still to come. */
export function takeReady(context: LiveContext, session: Session, room: LiveRoom, frame: Extract<ClientFrame, { type: 'READY' }>): void {
  const { viewing, replica } = room
  const { version } = replica.playback
  const nowMs = context.logNowMs()
  const known = viewing.reports.get(session)
  const { error_ms: errorMs = known?.errorMs ?? 0 } = frame
  viewing.reports.set(session, {
    driftMs: known?.driftMs,
    errorMs,
    delayMs: measuredBy(frame, errorMs) ?? known?.delayMs,
    // Ready for what is now, its player is there.
    near: frame.version === version || (known?.near ?? false),
    stalled: false,
    reportedMs: nowMs,
  })
  memberReady(viewing.gate, session.connection.id, Math.min(frame.version, version), nowMs)
  context.lookSoon()
  void bringForward(context, room)
}

function measuredBy({ delay_ms: delayMs, start_cost_ms: startCostMs = 0 }: Measures, errorMs: number): number | undefined {
  return delayMs === undefined ? undefined : delayOf({ delayMs, errorMs, startCostMs })
}
interface Measures {
  readonly delay_ms?: number | undefined
  readonly start_cost_ms?: number | undefined
}

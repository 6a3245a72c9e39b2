import { Refusal } from '@matinee/kernel'
import type { Whisper } from '../domain/elsewhere'
import { leadOf } from '../domain/lead'
import { playbackEvent } from '../domain/new-event'
import { canStart, waitMs } from '../domain/ready-gate'
import { mayStandFor } from '../domain/stall'
import { positionAt, schedule, type Timing } from '../domain/timeline'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import type { Session } from './session'

/** How long what starts or jumps now is put off: a lead, or until the deadline where the room waits for its members. */
export function startTiming({ viewing }: LiveRoom, { moved, nowMs }: { readonly moved: boolean; readonly nowMs: number }): Timing {
  const whispers = viewing.elsewhere()
  const leadMs = membersLeadMs(viewing, whispers)
  const { waitForReady, readyTimeoutMs: timeoutMs } = viewing.rules()
  const untilReadyMs = waitForReady ? waitMs(viewing.gate, { moved, nowMs, timeoutMs, whispers }) : 0
  return untilReadyMs > leadMs ? { nowMs, leadMs: untilReadyMs, putOff: true } : { nowMs, leadMs }
}

/** What the members need to be there in time, on all nodes. */
const membersLeadMs = (viewing: LiveRoom['viewing'], whispers: readonly Whisper[]): number =>
  leadOf([viewing.delays(), ...whispers.map(({ delays }) => delays)])

/**
 * Has a start that was put off take place as soon as everybody can be there, if nobody is waited for any more. Every node
 * that serves the room does; the first one counts. Never rejects: what does not work out starts at the deadline.
 */
export async function bringForward(context: LiveContext, room: LiveRoom): Promise<void> {
  const { viewing, replica } = room
  const { playback } = replica
  const { start } = viewing.gate
  if (!start || start.version !== playback.version) return
  const whispers = viewing.elsewhere()
  const { waitForReady, pauseForStalled } = viewing.rules()
  const waits = waitForReady || pauseForStalled
  if (waits && !canStart(viewing.gate, whispers)) return
  const nowMs = context.logNowMs()
  const leadMs = membersLeadMs(viewing, whispers)
  if (nowMs + leadMs >= start.atMs) return
  const scheduled = schedule(playback, { type: 'PLAY', timeS: playback.time }, { nowMs, leadMs })
  // Whoever had it start does so now.
  if (!(await decide(context, room, playbackEvent('PLAY', scheduled, JSON.stringify(playback.user))))) return
  context.metrics.waits.inc({ end: 'ready' })
  context.metrics.leads.observe(leadMs)
}

/** Has the room stand still for a member whose player stalls, where it wants that and within its bounds. Never rejects. */
export async function standStill(context: LiveContext, room: LiveRoom, { identity, connection }: Session): Promise<void> {
  const { viewing, replica } = room
  const { playback } = replica
  const { pauseForStalled, readyTimeoutMs } = viewing.rules()
  const nowMs = context.logNowMs()
  if (!pauseForStalled || !identity || !playback.playing || playback.at_ms > nowMs) return
  if (viewing.gate.members.get(connection.id)?.ignored || !mayStandFor(viewing.stalls, identity.userId, nowMs)) return
  const timing = { nowMs, leadMs: readyTimeoutMs, putOff: true }
  const here = schedule(playback, { type: 'PLAY', timeS: positionAt(playback, nowMs) }, timing)
  await decide(context, room, playbackEvent('PLAY', here, 'null'))
}

/** Appends what this node decides for the room, on the version that it knows: where somebody else was first, that stands, and the answer is false. */
async function decide(context: LiveContext, room: LiveRoom, event: ReturnType<typeof playbackEvent>): Promise<boolean> {
  const { viewing, replica } = room
  if (viewing.deciding || !replica.room.is_active) return false
  viewing.deciding = true
  const { epoch, playback } = replica
  try {
    const sender = { userId: '', role: 'node' } as const
    const append = { epoch, node: context.node, event, sender, playback: { expectedVersion: playback.version } }
    const outcome = await context.log.append(room.code, append)
    if (outcome.outcome === 'appended') {
      if (room.replica.epoch === epoch) room.receive([outcome.entry])
      return true
    }
    if (outcome.outcome === 'conflict') await context.rooms.catchUp(room)
    else if (outcome.outcome === 'epoch') await context.rooms.reopen(room)
  } catch (error) {
    if (!(error instanceof Refusal)) context.logger.error('a start could not be decided on', { error, room: room.code })
  } finally {
    viewing.deciding = false
  }
  return false
}

import { Refusal } from '@matinee/kernel'
import type { Whisper } from '../domain/elsewhere'
import { anyoneCounts } from '../domain/ready-gate'
import { sampleOf } from '../domain/sample'
import { skewOf, worstOf } from '../domain/skew'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { bringForward } from './starts'

/** How often members and other nodes are told, at most. */
const everyMs = 1_000
/** How often a node that is alone with a room looks whether it still is. */
const aloneMs = 10_000
/** How many of those who are off, and of those who are waited for, are named at most. */
const mostNamed = 100
const mostAwaitedNamed = 20
/** Names told in a second, over all who are told: the larger the crowd, the fewer of it are named. */
const namesPerS = 10_000

/** What a room tells of how it is being watched, if it is time: to its members here, and to the nodes that have others. */
export function tellViewing(context: LiveContext, room: LiveRoom): void {
  const { viewing } = room
  if (viewing.pass()) context.metrics.waits.inc({ end: 'deadline' })
  void bringForward(context, room)
  const nowMs = context.logNowMs()
  const { told } = viewing
  if (told.waiting !== (viewing.gate.start !== undefined) || isTime(nowMs, told.waitingMs)) tellWaiting(room, nowMs)
  const whispers = viewing.elsewhere()
  if ((told.reported || whispers.some(({ drifts }) => drifts.count > 0)) && isTime(nowMs, told.skewMs))
    tellSkew(context, room, whispers, nowMs)
  void whisper(context, room, nowMs)
}

/** The log's clock may be set back a little; that makes nobody wait. */
const isTime = (nowMs: number, lastMs: number, periodMs = everyMs) => nowMs - lastMs >= periodMs || nowMs < lastMs

function tellWaiting(room: LiveRoom, nowMs: number): void {
  const { viewing, replica, members } = room
  const { start } = viewing.gate
  const everybody = start ? [...viewing.awaited(members), ...viewing.elsewhere().flatMap(({ awaited }) => awaited)] : []
  const users = [...new Map(everybody.map((user) => [user.id, user])).values()].slice(0, mostAwaitedNamed)
  if (users.length === 0 && !viewing.told.waiting) return
  viewing.told.waiting = users.length > 0
  viewing.told.waitingMs = nowMs
  room.tellMembers(JSON.stringify({ type: 'WAITING', version: replica.playback.version, users, deadline_at_ms: start?.atMs ?? nowMs }))
}

function tellSkew(context: LiveContext, room: LiveRoom, whispers: readonly Whisper[], nowMs: number): void {
  const { viewing, replica, members } = room
  viewing.told.reported = false
  viewing.told.skewMs = nowMs
  const drifts = viewing.drifts()
  const skewMs = skewOf([sampleOf(drifts.map(({ driftMs }) => driftMs)), ...whispers.map((each) => each.drifts)])
  if (skewMs === undefined) return
  const named = Math.min(mostNamed, Math.max(10, Math.floor(namesPerS / Math.max(1, members.size))))
  const worst = worstOf([...drifts, ...whispers.flatMap((each) => each.worst)], named)
  const rows = worst.map(({ userId, driftMs, errorMs }) => ({ user_id: userId, drift_ms: driftMs, error_ms: errorMs }))
  room.tellMembers(JSON.stringify({ type: 'SKEW', members: rows, skew_ms: skewMs }))
  // Of a room that stands still, or of one member alone, there is nothing to learn.
  const reporting = drifts.length + whispers.reduce((sum, { drifts: { count } }) => sum + count, 0)
  if (replica.playback.playing && replica.playback.at_ms <= nowMs && reporting > 1) context.metrics.skew.observe(skewMs)
}

/** Tells the other nodes, at once where somebody got ready or came. Never rejects: what is lost is told again. */
async function whisper(context: LiveContext, room: LiveRoom, nowMs: number): Promise<void> {
  const { viewing, replica, members } = room
  const { told } = viewing
  const counts = anyoneCounts(viewing.gate)
  const awaited = viewing.awaited(members)
  const standing = `${replica.epoch} ${replica.playback.version} ${counts} ${awaited.length}`
  const isNews = standing !== told.whispered && (told.whispered === '' || counts || told.whispered.includes(' true '))
  const isDue = counts && isTime(nowMs, told.whisperMs, told.alone ? aloneMs : everyMs)
  if (!isDue && (told.alone || !isNews)) return
  told.whispered = standing
  told.whisperMs = nowMs
  const drifts = viewing.drifts()
  const text: Whisper = {
    version: replica.playback.version,
    counts,
    awaited: awaited.slice(0, mostAwaitedNamed),
    delays: viewing.delays(),
    drifts: sampleOf(drifts.map(({ driftMs }) => driftMs)),
    worst: worstOf(drifts, mostNamed),
  }
  try {
    told.alone = !(await context.log.whisper(room.code, { epoch: replica.epoch, node: context.node, text: JSON.stringify(text) }))
  } catch (error) {
    if (!(error instanceof Refusal)) context.logger.error('the other nodes of a room could not be told', { error, room: room.code })
  }
}

/** Takes what another node tells. One that was not known to be here is answered, for it knows nobody yet. */
export function hearWhisper(context: Pick<LiveContext, 'logger' | 'lookSoon'>, room: LiveRoom, node: string, text: string): void {
  const { viewing } = room
  const heard = JSON.parse(text) as Whisper // only nodes whisper, each as `whisper` above does
  if (!viewing.hear(node, heard)) return
  viewing.told.alone = false
  viewing.told.whispered = ''
  context.lookSoon()
  context.logger.debug('another node serves a room', { room: room.code, node })
}

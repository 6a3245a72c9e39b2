import { ClientFrame, type PlaybackFrame, type RefusalCode } from '@matinee/contracts'
import { meter, Refusal } from '@matinee/kernel'
import { commandIdOf, type ErrorDetails, errorFrame } from '@matinee/socket'
import { chatEvent } from '../domain/new-event'
import { authenticatedFrame, timeSyncFrame } from './answers'
import { append, type Performed, type Wanted } from './appending'
import { choose } from './choosing'
import { type LiveContext, maxInbox } from './context'
import { drive } from './driving'
import { repeats } from './repetition'
import { takeReady, takeReport } from './reports'
import type { LiveRoom } from './room'
import { sealPass } from './seal'
import { identify, isGone, queue, type Session } from './session'

/** How long to wait before asking a log again that does not answer. */
const retryMs = 500
/** When one that was refused for now may try again. */
const retryAfterMs = 1_000

/** Takes a frame as the client sent it. Commands take effect in the order sent; what is asked of the clock is answered at once. */
export function receive(context: LiveContext, session: Session, text: string): void {
  const frame = parse(text)
  if ('invalid' in frame) return refuseFrame(context, session, text, frame.invalid)
  if (frame.type === 'TIME_SYNC') return session.connection.send(timeSyncFrame(frame.t0, context.logNowMs()))
  if (frame.type === 'RECOVERED') {
    repeats(session)
    return void work(context, session)
  }
  const id = 'id' in frame ? frame.id : undefined
  if (session.state === 'waiting' && frame.type !== 'AUTH') return refuseCommand(context, session, 'not_approved', { id })
  if (isOfPlayer(frame) && session.live && session.state === 'member') return ofPlayer(context, session, session.live, frame)
  const isOnItsWay = session.state === 'entering' && session.hasState
  // The log has nothing to do with it, and it may take long until there is a place.
  if (isOnItsWay && frame.type === 'AUTH') return void perform(context, session, frame, false)
  const waits = waitsForLog(context, session)
  // Nobody wants to know later where a player was: it is reported again.
  if (frame.type === 'REPORT' && (waits || isOnItsWay)) return
  if (waits && isCommand(frame)) return refuseCommand(context, session, 'read_only', { id, retryAfterMs })
  if (session.inbox.length >= maxInbox) return refuseCommand(context, session, 'rate_limited', { id, retryAfterMs: 1000 })
  const chatWaitMs = frame.type === 'CHAT_MESSAGE' ? meterChat(context, session) : 0
  if (chatWaitMs > 0) return refuseCommand(context, session, 'rate_limited', { id, retryAfterMs: chatWaitMs })
  queue(session, frame)
  void work(context, session)
}

/** On its way in while the log is away: what it wanted then must not take effect whenever the log is back. */
const waitsForLog = ({ log }: LiveContext, { state }: Session): boolean => state === 'entering' && !log.connected()

/**
 * What has to be asked does not answer, and clients that know the room are without a place there: they keep their sockets,
 * and are told. Resolves when it is worth another try.
 */
export async function waitForLog(context: LiveContext, sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) {
    context.outage.hold(session)
    refuseWaiting(context, session)
  }
  await new Promise((resolve) => setTimeout(resolve, retryMs))
}

/** Refuses the commands of one that has no place yet, if the log is away. */
function refuseWaiting(context: LiveContext, session: Session): void {
  if (!waitsForLog(context, session)) return
  const { inbox } = session
  const commands = inbox.filter(isCommand)
  inbox.splice(0, inbox.length, ...inbox.filter((frame) => !isCommand(frame) && frame.type !== 'REPORT'))
  for (const frame of commands) refuseCommand(context, session, 'read_only', { id: 'id' in frame ? frame.id : undefined, retryAfterMs })
}

/** Counts a chat line once, when it comes: performing it may take several tries. How long to wait where it is one too many. */
function meterChat({ limits, clock }: LiveContext, session: Session): number {
  if (!limits.chat) return 0
  const decision = meter(limits.chat, session.chatDueMs, clock.monotonicMs())
  if (!decision.allowed) return decision.retryAfterMs
  session.chatDueMs = decision.nextMs
  return 0
}

/**
 * Performs what waits, one after the other; a session that is not in yet keeps its commands until it is.
 * Chat lines in a row are put to the log without waiting for the answers: it takes them in the order given.
 */
export async function work(context: LiveContext, session: Session): Promise<void> {
  if (session.working) return
  session.working = true
  try {
    let oneByOne = false
    while (session.inbox.length > 0 && mayPerform(session)) {
      const frames: ClientFrame[] = session.inbox.splice(0, oneByOne ? 1 : countTogether(session.inbox))
      const performed = await Promise.all(frames.map((frame) => perform(context, session, frame, frames.length > 1)))
      const later = frames.filter((_, place) => performed[place] === 'later')
      session.inbox.unshift(...later)
      oneByOne = later.length > 0
    }
  } finally {
    session.working = false
  }
  // It has been given its place again while its last command was answered.
  if (session.inbox.length > 0 && session.state === 'member' && mayPerform(session)) await work(context, session)
}

/** A member whose commands may have been lost repeats them first. */
const mayPerform = ({ state, recoverByMs }: Session): boolean => state === 'waiting' || (state === 'member' && recoverByMs === undefined)

/** How many commands can be performed at once: chat lines in a row, else one. */
function countTogether(inbox: readonly ClientFrame[]): number {
  const lines = inbox.findIndex(({ type }) => type !== 'CHAT_MESSAGE')
  return lines < 0 ? inbox.length : Math.max(1, lines)
}

async function perform(context: LiveContext, session: Session, frame: ClientFrame, oneOfSeveral: boolean): Promise<Performed> {
  const id = 'id' in frame ? frame.id : undefined
  try {
    if (frame.type === 'AUTH') await renew(context, session, frame.token)
    else if (!session.live || session.state !== 'member') refuseCommand(context, session, 'not_approved', { id })
    else if (frame.type === 'CHAT_MESSAGE') return await chat(context, session, session.live, frame, oneOfSeveral)
    else if (isOfPlayer(frame)) ofPlayer(context, session, session.live, frame)
    else if (frame.type !== 'TIME_SYNC' && frame.type !== 'RECOVERED') return await steer(context, session, session.live, frame)
  } catch (error) {
    if (error instanceof Refusal) refuseCommand(context, session, error.code, { id, retryAfterMs: error.retryAfterMs })
    else {
      context.logger.error('a command failed', { error, type: frame.type, connection: session.connection.id })
      refuseCommand(context, session, 'internal', { id })
    }
  }
  return 'done'
}

async function chat(
  context: LiveContext,
  session: Session,
  room: LiveRoom,
  { id, message }: Extract<ClientFrame, { type: 'CHAT_MESSAGE' }>,
  oneOfSeveral: boolean,
): Promise<Performed> {
  const messageId = context.ids.uuid()
  const want = (): Wanted => ({ event: chatEvent(messageId, session.member, message), role: 'member', chat: true })
  const outcome = await append(context, session, room, { id, want, oneOfSeveral })
  if (outcome === 'later') return 'later'
  context.metrics.commands.inc({ type: 'CHAT_MESSAGE' })
  return 'done'
}

/** Puts a playback command to the log; where it expects another version than there is, the sender is told what there is. */
async function steer(context: LiveContext, session: Session, room: LiveRoom, frame: PlaybackFrame | MediaFrame): Promise<Performed> {
  const outcome = await (frame.type === 'MEDIA' ? choose(context, session, room, frame) : drive(context, session, room, frame))
  if (outcome !== 'conflict') return outcome
  if (frame.expect_version === undefined) throw new Refusal('unavailable', { retryAfterMs: 1000 })
  refuseCommand(context, session, 'version_conflict', { id: frame.id, playback: room.replica.playbackText })
  return 'done'
}

type MediaFrame = Extract<ClientFrame, { type: 'MEDIA' }>

/** What a client says of its player changes nothing in the log, and waits for nothing that does. */
type PlayerFrame = Extract<ClientFrame, { type: 'REPORT' | 'READY' }>
const isOfPlayer = (frame: ClientFrame): frame is PlayerFrame => frame.type === 'REPORT' || frame.type === 'READY'

/** What the log has nothing to do with; everything else is a command. */
const withoutLog: ReadonlySet<ClientFrame['type']> = new Set(['AUTH', 'RECOVERED', 'TIME_SYNC', 'REPORT', 'READY'])
const isCommand = ({ type }: ClientFrame): boolean => !withoutLog.has(type)

function ofPlayer(context: LiveContext, session: Session, room: LiveRoom, frame: PlayerFrame): void {
  if (frame.type === 'REPORT') takeReport(context, session, room, frame)
  else takeReady(context, session, room, frame)
}

async function renew(context: LiveContext, session: Session, token: string): Promise<void> {
  const identity = await context.verifier.verify(token)
  const { userId, sessionId } = session.identity ?? {}
  if (identity.userId !== userId || identity.sessionId !== sessionId) throw new Refusal('token_mismatch')
  if (isGone(session)) return
  if (context.revocations.has(identity.sessionId)) throw new Refusal('unauthenticated')
  identify(context, session, identity)
  session.warnedOfExpiry = false
  // One that has had no answer yet gets its pass with that: until then its gateway has it begin anew elsewhere.
  if (session.state !== 'entering' || session.hasState) session.connection.renew(sealPass(context, session))
  session.connection.send(authenticatedFrame(identity.expiresAtMs))
}

function parse(text: string): ClientFrame | { readonly invalid: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { invalid: '(json)' }
  }
  const parsed = ClientFrame.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  return { invalid: [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.') || '(frame)' }
}

/** A frame that is not valid changes nothing; a stream of them ends its socket, and only that. */
function refuseFrame(context: LiveContext, session: Session, text: string, field: string): void {
  refuseCommand(context, session, 'invalid_frame', { field, id: commandIdOf(text) })
  const { badFrames: limit } = context.limits
  if (!limit) return
  const nowMs = context.clock.monotonicMs()
  if (!session.badFrames || nowMs - session.badFrames.sinceMs > limit.periodMs) session.badFrames = { count: 0, sinceMs: nowMs }
  if (++session.badFrames.count >= limit.count) context.end(session, 'too_fast')
}

function refuseCommand(context: LiveContext, session: Session, code: RefusalCode, details: ErrorDetails): void {
  if (session.state === 'gone') return
  context.metrics.refusals.inc({ code })
  session.connection.send(errorFrame(code, details))
}

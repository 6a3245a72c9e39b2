import type { LogEvent, RoomState, ServerFrame } from '../contract-types'
import { hintServerTime, learn } from './clock'
import { comeBack } from './come-back'
import type { Connection, Effect, Moment, Refused, Step } from './connection'
import { drop, find, goOn, hold, repeatAll } from './outbox'
import { advance, heed, type RoomView, resumedView, viewOf } from './room-view'

/** Codes after which a command is repeated under its id: it may have taken effect, or may yet. */
const held: ReadonlySet<string> = new Set(['read_only', 'unavailable'])
const holdMs = 500

/** What a frame of the present socket changes. One of an unknown type changes nothing, but keeps its place if it is of the log. */
export function hear(connection: Connection, frame: ServerFrame, moment: Moment): Step {
  if (isLogged(frame)) return hearEvent(connection, frame, moment)
  const heard = connection.notice === 'reconnecting' && frame.type !== 'NOTICE' ? { ...connection, notice: null } : connection
  switch (frame.type) {
    case 'ROOM_STATE':
      return hearState(heard, frame, moment)
    case 'LOBBY':
      return telling({ ...heard, link: { kind: 'lobby', room: frame.room } }, frame)
    case 'PARTICIPANT_DENIED':
      return telling(
        heard.link.kind === 'lobby' ? { ...heard, refusal: { code: 'denied', retryAfterMs: null } } : heeding(heard, frame),
        frame,
      )
    case 'ACK':
      return settling({ ...heard, outbox: drop(heard.outbox, frame.id) }, frame, frame.id, { seq: frame.seq }, find(heard.outbox, frame.id))
    case 'ERROR':
      return hearError(heard, frame, moment)
    case 'RECOVERED':
      // The answer comes before the repetitions, so that the server knows where they begin.
      return {
        connection: { ...heard, outbox: repeatAll(heard.outbox) },
        effects: [
          { type: 'tell', frame },
          { type: 'send', frame: { type: 'RECOVERED' } },
        ],
      }
    case 'NOTICE':
      return telling(
        frame.code === 'restored' ? { ...heard, notice: null, outbox: goOn(heard.outbox) } : { ...heard, notice: frame.code },
        frame,
      )
    case 'RECONNECT':
      return telling({ ...heard, leaveAtMs: moment.nowMs + frame.after_ms }, frame)
    case 'HEARTBEAT':
      return heard.link.kind === 'in' && frame.seq > (heard.place?.seq ?? 0) ? comeBack(heard, moment) : telling(heard, frame)
    case 'TIME_SYNC': {
      const exchange = { sentMs: frame.t0, arrivedAtMs: frame.t1, answeredAtMs: frame.t2, receivedMs: moment.nowMs }
      return telling({ ...heard, clock: learn(heard.clock, exchange) }, frame)
    }
    case 'TOKEN_EXPIRING':
      return { connection: heard, effects: [{ type: 'renew' }, { type: 'tell', frame }] }
    case 'WAITING':
      return telling({ ...heard, waiting: frame.users.length > 0 ? frame : null }, frame)
    case 'SKEW':
      return telling({ ...heard, skew: { frame, untilMs: moment.nowMs + holdsMs(heard) } }, frame)
    default:
      return telling(heeding(heard, frame), frame)
  }
}

/** Who reports at all has done so again by then, though one report or two be lost. SKEW comes once a second at most. */
function holdsMs({ view }: Connection): number {
  return 3 * Math.max(1_000, view?.policy.report_interval_ms ?? 0)
}

/** Whether the frame has a place in the log, also where its type is of a later version. */
function isLogged(frame: ServerFrame): frame is LogEvent {
  return 'sent_at_ms' in frame && 'seq' in frame
}

function hearEvent(connection: Connection, event: LogEvent, moment: Moment): Step {
  const { link, place, view } = connection
  // Before ROOM_STATE nobody is a member, so nothing can be applied; what is missing then is asked for.
  if (link.kind !== 'in' || !place || !view) return comeBack(connection, moment)
  // Sent later, at a place that is taken: the log has become another, and the frame that told so is lost.
  const isOfAnother = event.seq <= place.seq && event.sent_at_ms > connection.placeMs
  if (isOfAnother || event.seq > place.seq + 1) return comeBack(connection, moment)
  if (event.seq <= place.seq) return { connection, effects: [] }
  const next = heldTo(advance(view, event), event.seq <= link.headSeq)
  // Once the timeline has moved on, nobody waits for the one before.
  const waiting = next.playback === view.playback ? connection.waiting : null
  const notice = connection.notice === 'reconnecting' ? null : connection.notice
  const here = { place: { ...place, seq: event.seq }, placeMs: event.sent_at_ms }
  return telling({ ...connection, ...here, view: next, waiting, notice }, event)
}

/** Those who wait are no business of one who is host no longer. What is caught up with tells of roles as they were, the list of now. */
function heldTo(view: RoomView, isCaughtUpWith: boolean): RoomView {
  return isCaughtUpWith || view.you.role === 'host' || view.pending.length === 0 ? view : { ...view, pending: [] }
}

function hearState(connection: Connection, state: RoomState, moment: Moment): Step {
  const { link, place, view, clock } = connection
  const { epoch, seq, server_time_ms } = state
  const news = {
    clock: hintServerTime(clock, server_time_ms, moment.nowMs),
    notice: null,
    outbox: goOn(connection.outbox),
  }
  const isNew = link.kind !== 'in'
  // A command on its way to a socket that has just been let in again may have been lost with the one before.
  const entering = isNew ? { outbox: repeatAll(connection.outbox), syncs: { count: 0, nextMs: moment.nowMs } } : {}
  const sinceMs = isNew ? moment.nowMs : link.sinceMs
  if (!state.resumed) {
    const next = { ...connection, ...news, ...entering, place: { epoch, seq }, placeMs: server_time_ms, view: viewOf(state), waiting: null }
    return telling({ ...next, link: { kind: 'in', sinceMs, headSeq: seq } }, state)
  }
  if (!place || !view || place.epoch !== epoch || place.seq !== seq) return comeBack(connection, moment, { anew: true })
  const next = { ...connection, ...news, ...entering, view: resumedView(view, state) }
  return telling({ ...next, link: { kind: 'in', sinceMs, headSeq: state.head_seq } }, state)
}

function hearError(connection: Connection, frame: Extract<ServerFrame, { type: 'ERROR' }>, { nowMs }: Moment): Step {
  const { code, message, retryable, id, retry_after_ms: retryAfterMs } = frame
  const known = id === undefined ? undefined : find(connection.outbox, id)
  // The denial that came before says more than the refusal with which the socket is then closed.
  if (id === undefined && connection.refusal?.code === 'denied') return telling(connection, frame)
  if (id === undefined) return telling({ ...connection, refusal: { code, retryAfterMs: retryAfterMs ?? null } }, frame)
  if (!known) return telling(connection, frame)
  if (held.has(code))
    return telling({ ...connection, outbox: hold(connection.outbox, id, nowMs + Math.max(holdMs, retryAfterMs ?? 0)) }, frame)
  const refused: Refused = { code, message, retryable, retryAfterMs }
  return settling({ ...connection, outbox: drop(connection.outbox, id) }, frame, id, { refused }, known)
}

function settling(
  connection: Connection,
  frame: ServerFrame,
  id: string,
  outcome: Extract<Effect, { type: 'settle' }>['outcome'],
  known: unknown,
): Step {
  return { connection, effects: [{ type: 'tell', frame }, ...(known ? [{ type: 'settle', id, outcome } as const] : [])] }
}

function heeding(connection: Connection, frame: ServerFrame): Connection {
  return connection.view ? { ...connection, view: heed(connection.view, frame) } : connection
}

function telling(connection: Connection, frame: ServerFrame): Step {
  return { connection, effects: [{ type: 'tell', frame }] }
}

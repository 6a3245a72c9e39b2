import { closeCodes } from '@matinee/contracts/live/close-codes'
import type { ClientFrame } from '../contract-types'
import { askAgainInMs } from './clock'
import { comeBack } from './come-back'
import type { Connection, EndReason, Input, Moment, Refused, Step } from './connection'
import { hear } from './hear'
import { drop, goOn, mostCommands, put, takeDue } from './outbox'
import { pauseAsTold } from './pause'

/** How long an attempt may take until it is let in or told to wait. */
const openingMs = 20_000
/** What silence is where the server has not said. */
const silenceMs = 25_000
/** After too many frames. */
const tooFastMs = 10_000
const tryLaterMs = 1_000
const renewAgainMs = 5_000

/** What becomes of the connection, and what is to be done. Reads no clock, holds no socket. */
export function step(connection: Connection, input: Input, moment: Moment): Step {
  if (connection.link.kind === 'ended') {
    const id = input.type === 'command' ? input.frame.id : undefined
    return { connection, effects: id === undefined ? [] : [{ type: 'settle', id, outcome: { refused: ended } }] }
  }
  if ('socket' in input && (input.socket !== connection.socket || connection.link.kind === 'waiting')) return { connection, effects: [] }
  const { nowMs } = moment
  switch (input.type) {
    case 'opened':
      return { connection: { ...connection, heardMs: nowMs }, effects: [] }
    case 'frame':
      return flush(hear({ ...connection, heardMs: nowMs }, input.frame, moment))
    case 'nonsense':
      return comeBack(connection, moment)
    case 'closed':
      return closed(connection, input.code, moment)
    case 'no_token':
      return input.final ? end(connection, 4401, 'unauthenticated') : comeBack(connection, moment, { closes: false })
    case 'renewed':
      return renewed(connection, input.token, nowMs)
    case 'command':
      return command(connection, input, nowMs)
    case 'wake':
      return wake(connection, moment)
    case 'online':
      if (connection.link.kind === 'waiting') return connect(connection, nowMs)
      // A socket does not tell that the network has taken another way, and is silent for long.
      return connection.link.kind === 'opening' ? { connection, effects: [] } : comeBack(connection, moment)
    case 'close':
      return end(connection, 1000, 'closed', true)
  }
}

/** When the connection wants to be woken next; infinite for never. */
export function wakeAtMs({ link, outbox, view, heardMs, syncs, leaveAtMs, renewAtMs, skew }: Connection): number {
  const deadlines = outbox.commands.map(({ untilMs }) => untilMs)
  const silent = heardMs + (view?.policy.silence_ms ?? silenceMs)
  switch (link.kind) {
    case 'waiting':
      return Math.min(link.untilMs, ...deadlines)
    case 'opening':
      return Math.min(link.sinceMs + openingMs, ...deadlines)
    case 'lobby':
      return Math.min(silent, leaveAtMs ?? silent, renewAtMs ?? silent, ...deadlines)
    case 'in':
      return Math.min(
        silent,
        syncs.nextMs,
        leaveAtMs ?? silent,
        renewAtMs ?? silent,
        outbox.resumeAtMs ?? silent,
        skew?.untilMs ?? silent,
        ...deadlines,
      )
    case 'ended':
      return Number.POSITIVE_INFINITY
  }
}

function connect(connection: Connection, nowMs: number): Step {
  const { place, link } = connection
  const freshToken = link.kind === 'waiting' && link.freshToken
  const socket = connection.socket + 1
  return {
    connection: {
      ...connection,
      socket,
      heardMs: nowMs,
      refusal: null,
      link: { kind: 'opening', sinceMs: nowMs, since: place, freshToken },
    },
    effects: [{ type: 'connect', socket, since: place, freshToken }],
  }
}

const reasons = new Map<number, (typeof closeCodes)[keyof typeof closeCodes] & { readonly reason: string }>(
  Object.entries(closeCodes).map(([reason, spec]) => [spec.code, { ...spec, reason }]),
)

function closed(connection: Connection, code: number, moment: Moment): Step {
  const { link, refusal, leaveAtMs, failures } = connection
  const told = reasons.get(code)
  const options = { closes: false }
  if (told?.comeBack === 'never') {
    // What says `never` is the name of an end reason; a denial is a 4403 that has been told of before.
    const reason = (refusal?.code === 'denied' ? 'denied' : told.reason) as EndReason
    return end(connection, code, reason)
  }
  if (told?.comeBack === 'fresh_token') {
    // A fresh token was refused too: another would be as well.
    if (link.kind === 'opening' && link.freshToken) return end(connection, code, 'unauthenticated')
    return comeBack(connection, moment, { ...options, freshToken: true, ...(failures === 0 ? { afterMs: 0 } : {}) })
  }
  if (leaveAtMs !== null) return comeBack(connection, moment, { ...options, afterMs: Math.max(0, leaveAtMs - moment.nowMs) })
  const least = code === closeCodes.too_fast.code ? tooFastMs : code === closeCodes.try_later.code ? tryLaterMs : 0
  const afterMs = Math.max(least, refusal?.retryAfterMs ?? 0)
  return comeBack(connection, moment, afterMs > 0 ? { ...options, afterMs: pauseAsTold(afterMs, failures, moment.chance) } : options)
}

const ended: Refused = { code: 'ended', message: 'The connection to the room has ended.', retryable: false }

function end(connection: Connection, code: number, reason: EndReason, closes = false): Step {
  const open = connection.link.kind !== 'waiting'
  return {
    connection: {
      ...connection,
      link: { kind: 'ended', code, reason },
      outbox: { commands: [], resumeAtMs: null },
      waiting: null,
      skew: null,
      notice: null,
    },
    effects: [
      ...(closes && open ? [{ type: 'close', socket: connection.socket, forGood: true } as const] : []),
      ...connection.outbox.commands.map(({ frame: { id } }) => ({ type: 'settle', id, outcome: { refused: ended } }) as const),
    ],
  }
}

function renewed(connection: Connection, token: string | null, nowMs: number): Step {
  if (connection.link.kind !== 'in' && connection.link.kind !== 'lobby') return { connection, effects: [] }
  if (token === null) return { connection: { ...connection, renewAtMs: nowMs + renewAgainMs }, effects: [] }
  return { connection: { ...connection, renewAtMs: null }, effects: [{ type: 'send', frame: { type: 'AUTH', token } }] }
}

function command(connection: Connection, { frame, withinMs }: Extract<Input, { type: 'command' }>, nowMs: number): Step {
  if (connection.outbox.commands.length >= mostCommands) {
    const refused: Refused = { code: 'rate_limited', message: 'Too many commands wait for an answer.', retryable: true }
    return { connection, effects: [{ type: 'settle', id: frame.id, outcome: { refused } }] }
  }
  return flush({ connection: { ...connection, outbox: put(connection.outbox, frame, nowMs + withinMs) }, effects: [] })
}

/** Sends what is due, if there is somebody to send it to. */
function flush({ connection, effects }: Step): Step {
  if (connection.link.kind !== 'in') return { connection, effects }
  const { outbox, frames } = takeDue(connection.outbox)
  return { connection: { ...connection, outbox }, effects: [...effects, ...frames.map((frame) => ({ type: 'send', frame }) as const)] }
}

function wake(connection: Connection, moment: Moment): Step {
  const { nowMs } = moment
  const late = connection.outbox.commands.filter(({ untilMs }) => untilMs <= nowMs)
  const outbox = late.reduce((rest, { frame: { id } }) => drop(rest, id), connection.outbox)
  const settled = late.map(({ frame: { id }, sent }) => ({ type: 'settle', id, outcome: { refused: sent ? unanswered : unsent } }) as const)
  const held = outbox.resumeAtMs !== null && outbox.resumeAtMs <= nowMs
  const skew = connection.skew && connection.skew.untilMs > nowMs ? connection.skew : null
  const next = flush(wakeLink({ ...connection, skew, outbox: held ? goOn(outbox) : outbox }, moment))
  return { connection: next.connection, effects: [...settled, ...next.effects] }
}

const unanswered: Refused = { code: 'timed_out', message: 'No answer came in time; it may have been done.', retryable: true }
const unsent: Refused = { code: 'unavailable', message: 'The room could not be reached in time.', retryable: true }

function wakeLink(connection: Connection, moment: Moment): Step {
  const { link, heardMs, view, leaveAtMs, renewAtMs, syncs } = connection
  const { nowMs } = moment
  if (link.kind === 'waiting') return link.untilMs <= nowMs ? connect(connection, nowMs) : { connection, effects: [] }
  if (link.kind === 'opening') return link.sinceMs + openingMs <= nowMs ? comeBack(connection, moment) : { connection, effects: [] }
  if (link.kind === 'ended') return { connection, effects: [] }
  if (heardMs + (view?.policy.silence_ms ?? silenceMs) <= nowMs) return comeBack(connection, moment)
  if (leaveAtMs !== null && leaveAtMs <= nowMs) return comeBack(connection, moment, { afterMs: 0 })
  if (renewAtMs !== null && renewAtMs <= nowMs) return { connection: { ...connection, renewAtMs: null }, effects: [{ type: 'renew' }] }
  if (link.kind === 'lobby' || syncs.nextMs > nowMs) return { connection, effects: [] }
  const count = syncs.count + 1
  const inMs = askAgainInMs(connection.clock.doubt === null ? count : 0)
  return {
    connection: { ...connection, syncs: { count, nextMs: nowMs + inMs } },
    effects: [{ type: 'send', frame: { type: 'TIME_SYNC', t0: nowMs } satisfies ClientFrame }],
  }
}

import type { LogEvent, Member, Playback, ServerFrame } from '../contract-types'
import { type Connection, type Effect, type Input, type Moment, newConnection } from './connection'
import type { CommandFrame } from './outbox'
import type { Snapshot } from './room-view'
import { step, wakeAtMs } from './step'

export const ana: Member = { id: '0a000000-0000-4000-8000-00000000000a', display_name: 'Ana', is_guest: true, role: 'host' }
export const ben: Member = { id: '0b000000-0000-4000-8000-00000000000b', display_name: 'Ben', is_guest: true, role: 'member' }

export const playback: Playback = { media: null, playing: false, time: 0, at_ms: 1_000, rate: 1, version: 0, user: null }

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  type: 'ROOM_STATE',
  resumed: false,
  reason: 'first',
  epoch: 'e1',
  seq: 5,
  you: ana,
  policy: policy(),
  server_time_ms: 1_000_000,
  room: room(),
  participants: [ana],
  participants_total: 1,
  playback,
  chat_history: [],
  pending: [],
  ...more,
})

export const resumption = (seq: number, headSeq = seq): ServerFrame => {
  const { room: _, participants: __, chat_history: ___, ...rest } = snapshot()
  // The fixture's snapshot has what both kinds have in common.
  return { ...rest, resumed: true, seq, head_seq: headSeq } as unknown as ServerFrame
}

export const line = (seq: number, message = `line ${seq}`): LogEvent => ({
  type: 'CHAT_MESSAGE',
  seq,
  sent_at_ms: 999_000 + seq,
  id: `line-${seq}`,
  user: ben,
  message,
})

export const chat = (id: string): CommandFrame => ({ type: 'CHAT_MESSAGE', message: id, id })

// Made from the contracts' required fields alone; what later versions add is not looked at here.
const policy = () => ({ heartbeat_ms: 10_000, silence_ms: 25_000, start_lead_ms: 200 }) as Snapshot['policy']
const room = () => ({ room_code: '44C69XDM', name: 'Friday film', is_active: true }) as Snapshot['room']

/** A connection that is driven by hand: the clock stands still until it is told, and every effect is kept. */
export function drive(chance = 0.5) {
  let nowMs = 0
  let connection: Connection = newConnection(nowMs)
  const effects: Effect[] = []
  const moment = (): Moment => ({ nowMs, chance })

  function take(input: Input): readonly Effect[] {
    const done = step(connection, input, moment())
    connection = done.connection
    effects.push(...done.effects)
    return done.effects
  }

  const driven = {
    take,
    effects,
    get connection() {
      return connection
    },
    get nowMs() {
      return nowMs
    },
    /** What was sent since `from`, as the server sees it. */
    sent: (from = 0) => effects.slice(from).flatMap((effect) => (effect.type === 'send' ? [effect.frame] : [])),
    frame: (frame: ServerFrame) => take({ type: 'frame', socket: connection.socket, frame }),
    closed: (code: number) => take({ type: 'closed', socket: connection.socket, code }),
    command: (frame: CommandFrame, withinMs = 30_000) => take({ type: 'command', frame, withinMs }),
    /** Lets time pass, and wakes the connection whenever it wants to be woken. */
    pass(byMs: number): readonly Effect[] {
      const before = effects.length
      const untilMs = nowMs + byMs
      for (let atMs = wakeAtMs(connection); atMs <= untilMs; atMs = wakeAtMs(connection)) {
        nowMs = Math.max(nowMs, atMs)
        take({ type: 'wake' })
      }
      nowMs = untilMs
      return effects.slice(before)
    },
    /** A member, live at `seq` 5 unless the snapshot says otherwise. */
    enter(more: Partial<Snapshot> = {}) {
      driven.pass(0)
      take({ type: 'opened', socket: connection.socket })
      driven.frame(snapshot(more))
      return driven
    },
  }
  return driven
}

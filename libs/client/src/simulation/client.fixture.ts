import type { Random } from '@matinee/test/support'
import type { ClientFrame, Member, ServerFrame } from '../contract-types'
import { type Connection, type Effect, type Input, newConnection, statusOf } from '../domain/connection'
import type { CommandFrame } from '../domain/outbox'
import { step, wakeAtMs } from '../domain/step'
import type { Agenda } from './agenda.fixture'
import type { createServer, Session } from './server.fixture'
import { createWire, type WireFaults } from './wire.fixture'

export interface ClientDependencies {
  readonly me: Member
  readonly agenda: Agenda
  readonly random: Random
  readonly server: ReturnType<typeof createServer>
  /** Down: frames to the client. Up: what it sends. */
  readonly faults: () => { readonly down: WireFaults; readonly up: WireFaults; readonly unsure: number; readonly handshake: number }
  readonly problem: (what: string) => void
}

type Outcome = Extract<Effect, { type: 'settle' }>['outcome']
type Sent = ClientFrame

/** A client: the state machine, with wires to the server model instead of a socket, and the books of what it did. */
export function createClient({ me, agenda, random, server, faults, problem }: ClientDependencies) {
  let connection: Connection = newConnection(agenda.nowMs)
  let offWake = () => {}
  let [steps, commands] = [0, 0]
  let open: { readonly session: Session; readonly down: { cut(): void }; readonly up: { put(frame: Sent): void; cut(): void } } | undefined
  let applied = ''
  const outcomes = new Map<string, Outcome>()
  const given: string[] = []

  function take(input: Input): void {
    steps++
    const done = step(connection, input, { nowMs: agenda.nowMs, chance: random.next() })
    connection = done.connection
    for (const effect of done.effects) perform(effect)
    offWake()
    const atMs = wakeAtMs(connection)
    if (atMs < Number.POSITIVE_INFINITY) offWake = agenda.at(atMs, () => take({ type: 'wake' }))
  }

  function perform(effect: Effect): void {
    if (effect.type === 'connect') connect(effect)
    else if (effect.type === 'close') hangUp()
    else if (effect.type === 'send') open?.up.put(effect.frame)
    else if (effect.type === 'renew') agenda.after(30, () => take({ type: 'renewed', token: 'token' }))
    else if (effect.type === 'tell') hear(effect.frame)
    else {
      if (outcomes.has(effect.id)) problem(`${effect.id} was settled twice`)
      outcomes.set(effect.id, effect.outcome)
    }
  }

  function connect({ socket, since }: Extract<Effect, { type: 'connect' }>): void {
    const fails = random.next() < faults().handshake
    const code = random.pick([1006, 1013, 4429, 4401])
    agenda.after(20 + random.next() * 100, () => {
      if (connection.socket !== socket || connection.link.kind !== 'opening') return
      if (fails && code !== 4401) return take({ type: 'closed', socket, code })
      const down = createWire<ServerFrame>(
        agenda,
        random,
        () => faults().down,
        (frame) => take({ type: 'frame', socket, frame }),
      )
      const session: Session = { me, send: (frame) => down.put(frame), recovering: false }
      const up = createWire<Sent>(
        agenda,
        random,
        () => faults().up,
        (frame) => serve(session, frame),
      )
      open = { session, down, up }
      take({ type: 'opened', socket })
      server.enter(session, since)
    })
  }

  function serve(session: Session, frame: Sent): void {
    if (frame.type === 'RECOVERED') session.recovering = false
    else if (frame.type === 'TIME_SYNC') session.send({ type: 'TIME_SYNC', t0: frame.t0, t1: agenda.nowMs, t2: agenda.nowMs })
    // Everything else that a simulated client sends is a command.
    else if (!session.recovering) server.command(session, frame as CommandFrame, random.next() < faults().unsure)
  }

  function hangUp(): void {
    if (!open) return
    open.down.cut()
    open.up.cut()
    server.leave(open.session)
    open = undefined
  }

  /** Each event is told of once, in order, and is what the log has at that place. */
  function hear(frame: ServerFrame): void {
    if (frame.type === 'ROOM_STATE') {
      if (!frame.resumed) applied = `${frame.epoch}.${frame.seq}`
      else if (applied !== `${frame.epoch}.${frame.seq}`) problem(`${me.id} resumed at ${frame.seq}, and was at ${applied}`)
    }
    if (!('sent_at_ms' in frame)) return
    const { epoch = '', seq = 0 } = connection.place ?? {}
    if (applied !== `${epoch}.${seq - 1}`) problem(`${me.id} applied ${epoch}.${seq} after ${applied}`)
    if (server.history.get(`${epoch}.${seq}`) !== JSON.stringify(frame)) problem(`${me.id} applied another ${epoch}.${seq}`)
    applied = `${epoch}.${seq}`
  }

  take({ type: 'wake' })

  return {
    me,
    given,
    outcomes,
    get steps() {
      return steps
    },
    get connection() {
      return connection
    },
    get status() {
      return statusOf(connection)
    },
    order(): void {
      const id = `${me.id}-${++commands}`
      given.push(id)
      const frame: CommandFrame =
        random.next() < 0.7
          ? { type: 'CHAT_MESSAGE', message: id, id }
          : { type: random.pick(['PLAY', 'PAUSE', 'SEEK']), time: commands, id }
      take({ type: 'command', frame, withinMs: random.pick([3_000, 30_000, 60_000]) })
    },
    heartbeat: () => open && server.heartbeat(open.session),
    /** The connection breaks: what is under way is lost, and the client hears of it; half-open, it does not. */
    break(code: number, halfOpen: boolean): void {
      if (!open) return
      const { socket } = connection
      hangUp()
      if (!halfOpen) take({ type: 'closed', socket, code })
    },
    /** Its node is lost: what was on its way to it too, but not the socket. */
    recover(): void {
      if (!open) return
      const { session, up } = open
      up.cut()
      session.recovering = true
      open = {
        ...open,
        up: createWire<Sent>(
          agenda,
          random,
          () => faults().up,
          (frame) => serve(session, frame),
        ),
      }
      session.send({ type: 'RECOVERED' })
    },
    reconnect: (afterMs: number) => open?.session.send({ type: 'RECONNECT', after_ms: afterMs }),
  }
}

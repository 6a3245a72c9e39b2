import type { Member, Playback, ServerFrame } from '../contract-types'
import type { Place } from '../domain/connection'
import type { CommandFrame } from '../domain/outbox'
import { ben, playback as noPlayback, snapshot } from '../domain/scene.fixture'

/** One member's socket, as the server holds it. */
export interface Session {
  readonly me: Member
  /** Puts a frame on the wire. */
  readonly send: (frame: ServerFrame) => void
  /** Set between the loss of a node and the client's answer to RECOVERED: what comes before it would overtake what was lost. */
  recovering: boolean
}

type LoggedFrame = Extract<ServerFrame, { seq: number; sent_at_ms: number }>

/** How many events can be had by those who come back. */
const windowLength = 40
const chatHistoryLength = 50

/** What the room is, kept apart from what the client makes of it: the truth that clients are held to. */
export function createServer(nowMs: () => number) {
  let [epochs, readOnly] = [1, false]
  let epoch = 'e1'
  let log: LoggedFrame[] = []
  let firstSeq = 1
  let playback: Playback = noPlayback
  const people = new Map<string, Member>()
  const chat: LoggedFrame[] = []
  const taken = new Map<string, number>()
  /** Every payload that took effect, in the order in which it did: more than once where something is wrong. */
  const effects: string[] = []
  /** Commands that were told to come again, so that later ones may have overtaken them. */
  const putOff = new Set<string>()
  const sessions = new Set<Session>()
  /** All that was ever logged, by its place. */
  const history = new Map<string, string>()
  const head = () => firstSeq + log.length - 1

  function append(frame: Record<string, unknown>): number {
    const seq = head() + 1
    // The fields are those of the contract's events; nothing here looks at them again.
    const event = { ...frame, seq, sent_at_ms: nowMs() } as unknown as LoggedFrame
    log.push(event)
    history.set(`${epoch}.${seq}`, JSON.stringify(event))
    if (event.type === 'CHAT_MESSAGE') chat.push(event)
    if (event.type === 'USER_JOINED') people.set(event.user.id, event.user)
    if (event.type === 'USER_LEFT') people.delete(event.user.id)
    for (const session of sessions) session.send(event)
    return seq
  }

  function perform(me: Member, command: CommandFrame): number {
    effects.push(command.id)
    if (command.type === 'CHAT_MESSAGE') return append({ type: 'CHAT_MESSAGE', id: `s-${command.id}`, user: me, message: command.message })
    const time = command.type === 'PLAY' || command.type === 'PAUSE' || command.type === 'SEEK' ? command.time : 0
    const playing = command.type === 'PLAY' || (command.type === 'SEEK' && playback.playing)
    playback = { ...playback, playing, time, at_ms: nowMs(), version: playback.version + 1, user: me }
    return append({ ...playback, type: command.type })
  }

  function stateFor(me: Member, since: Place | null): readonly ServerFrame[] {
    const shared = { you: me, server_time_ms: nowMs() }
    const all = {
      participants: [...people.values()].reverse(),
      participants_total: people.size,
      playback,
      chat_history: chat.slice(-chatHistoryLength),
    }
    const fits = since?.epoch === epoch && since.seq <= head() && since.seq >= Math.max(firstSeq - 1, head() - windowLength)
    if (!fits || !since) {
      const reason = since === null ? 'first' : since.epoch !== epoch ? 'epoch' : since.seq > head() ? 'ahead' : 'window'
      // Chat lines are events: the type that they have here is wider.
      return [snapshot({ ...shared, ...all, epoch, seq: head(), reason } as Parameters<typeof snapshot>[0])]
    }
    const { policy } = snapshot()
    return [
      { type: 'ROOM_STATE', resumed: true, epoch, seq: since.seq, head_seq: head(), policy, ...shared },
      ...log.slice(since.seq - firstSeq + 1),
    ]
  }

  return {
    effects,
    putOff,
    history,
    get view() {
      return { playback, people: [...people.keys()].sort(), chat: chat.slice(-chatHistoryLength).map(({ seq: _, ...line }) => line) }
    },
    get place(): Place {
      return { epoch, seq: head() }
    },
    enter(session: Session, since: Place | null): void {
      if (!people.has(session.me.id)) append({ type: 'USER_JOINED', user: session.me })
      for (const frame of stateFor(session.me, since)) session.send(frame)
      sessions.add(session)
    },
    leave: (session: Session) => void sessions.delete(session),
    /** `unsure`: the log does not answer, and nobody knows whether it took effect. */
    command(session: Session, command: CommandFrame, unsure: boolean): void {
      const { id } = command
      const known = taken.get(id)
      if (!readOnly && known !== undefined) return session.send({ type: 'ACK', id, seq: known })
      if (unsure && known === undefined) taken.set(id, perform(session.me, command))
      if (readOnly || unsure) {
        putOff.add(id)
        return session.send({ type: 'ERROR', id, code: 'read_only', message: '', retryable: true, retry_after_ms: 1_000 })
      }
      const seq = perform(session.me, command)
      taken.set(id, seq)
      session.send({ type: 'ACK', id, seq })
    },
    /** Somebody who is none of the clients comes, goes, or speaks. */
    stranger(action: 'come' | 'go' | 'speak', number: number): void {
      const user: Member = { ...ben, id: `stranger-${number}` }
      if (action === 'speak') append({ type: 'CHAT_MESSAGE', id: `x-${head()}`, user, message: `${head()}` })
      else if (action === 'come' && !people.has(user.id)) append({ type: 'USER_JOINED', user })
      else if (action === 'go' && people.has(user.id)) append({ type: 'USER_LEFT', user })
    },
    setReadOnly(value: boolean): void {
      readOnly = value
      for (const session of sessions) session.send({ type: 'NOTICE', code: value ? 'read_only' : 'restored' })
    },
    /** The log goes on as another one, with all it has. */
    newEpoch(): void {
      epoch = `e${++epochs}`
      firstSeq = head() > 100 ? 1 : head() + 7
      log = []
      for (const session of sessions) {
        for (const frame of stateFor(session.me, { epoch: 'another', seq: 1 })) session.send(frame)
      }
    },
    heartbeat(session: Session): void {
      if (sessions.has(session)) session.send({ type: 'HEARTBEAT', seq: head() })
    },
  }
}

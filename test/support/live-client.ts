import { bearerPrefix, type ClientFrame, type ServerFrame, subprotocol } from '@matinee/contracts'
import { type ClientHistory, type CommandHistory, type CommandOutcome, isOpenRefusal } from './history/record'
import { createInbox, type FrameOf, type FrameType, patienceMs } from './live-inbox'

export interface LiveOptions {
  /** `ws://host:port`. */
  readonly url: string
  readonly room: string
  readonly token: string
  readonly lobby?: boolean
  /** Where this client stands: `<epoch>.<seq>`. */
  readonly since?: string
  /** Carries the token in the query instead of in a subprotocol. */
  readonly tokenInQuery?: boolean
  /** Hears every frame, with its text, once it has been applied. */
  readonly heard?: (frame: ServerFrame, text: string) => void
}

type Command = Extract<ClientFrame, { id?: string | undefined }>
/** A command without its id, which the client gives it. */
export type Wish = Command extends infer One ? (One extends Command ? Omit<One, 'id'> : never) : never

/** How the socket ended. */
export interface Ending {
  readonly code: number
  readonly reason: string
}

export interface LiveClient {
  /** Every frame, in the order it came. */
  readonly frames: readonly ServerFrame[]
  /** What it was given, as the history checker reads it. */
  readonly history: ClientHistory
  /** What it has sent, with the answers so far. */
  readonly commands: readonly CommandHistory[]
  /** The text of every event that was applied, by its seq; of the log that this client knows now. */
  readonly applied: ReadonlyMap<number, string>
  readonly epoch: string
  /** The last event that was applied. */
  readonly seq: number
  /** For `since` of the next socket. */
  readonly place: string
  /** Rejects a wait for a frame when the socket is closed; never on its own. */
  readonly ended: Promise<Ending>
  readonly isOpen: boolean
  /** The subprotocol that the server answered with. */
  readonly protocol: string
  /** The next frame of this type, after the one that was awaited last. Rejects within seconds, and shows what came instead. */
  next<T extends FrameType>(type: T, match?: (frame: FrameOf<T>) => boolean, withinMs?: number): Promise<FrameOf<T>>
  /** Resolves when the event `seq` has been applied. */
  reaches(seq: number, withinMs?: number): Promise<void>
  /**
   * Sends a command under an id of its own, again under the same id after a RECOVERED,
   * and resolves with the seq it was acknowledged with. Rejects with the ERROR that names it.
   */
  command(wish: Wish, id?: string): Promise<number>
  /** Commands that have no answer yet. */
  readonly unanswered: number
  /** Sends a text as it is. */
  send(text: string | Uint8Array): void
  /** Resolves with how the socket ended; rejects when it has not in time. */
  closes(withinMs?: number): Promise<Ending>
  /** Leaves with a close frame. */
  close(): Promise<Ending>
  /** Breaks the connection, as a lost network does. */
  drop(): void
  /** Throws what was wrong with the frames, if anything was: a gap, something twice, a frame that no schema knows. */
  check(): void
}

/** An ERROR frame that refused a command. */
export class CommandError extends Error {
  readonly frame: FrameOf<'ERROR'>
  readonly code: string
  readonly retryable: boolean

  constructor(frame: FrameOf<'ERROR'>) {
    super(`${frame.code}: ${frame.message}`)
    this.frame = frame
    this.code = frame.code
    this.retryable = frame.retryable
  }
}

type Sent = Omit<CommandHistory, 'userId'>

let count = 0

/** Opens a socket to a room, and keeps the books that a good client keeps. Whether it is let in shows in the frames. */
export function openLive(options: LiveOptions): LiveClient {
  const { url, room, token, tokenInQuery = false } = options
  const query = new URLSearchParams({
    ...(options.lobby ? { lobby: '1' } : {}),
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(tokenInQuery ? { token } : {}),
  })
  const socket = new WebSocket(`${url}/ws/room/${room}/?${query}`, tokenInQuery ? [] : [subprotocol, `${bearerPrefix}${token}`])
  socket.binaryType = 'arraybuffer'
  const inbox = createInbox(options.since)
  const pending = new Map<string, { readonly text: string; readonly settle: PromiseWithResolvers<number> }>()
  const commands = new Map<string, Sent>()
  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>()
  let open = true
  let sent = 0

  socket.onmessage = ({ data }) => {
    const text = String(data)
    const frame = inbox.take(text)
    if (!frame) return
    options.heard?.(frame, text)
    if (frame.type === 'RECOVERED') {
      socket.send(text)
      for (const [id, { text }] of pending) sendAgain(id, text)
    }
    if (frame.type === 'ACK') {
      note(frame.id, { kind: 'acked', epoch: inbox.epoch, seq: frame.seq })
      settle(frame.id, ({ resolve }) => resolve(frame.seq))
    }
    if (frame.type === 'ERROR' && frame.id !== undefined) {
      note(frame.id, isOpenRefusal(frame.code) ? { kind: 'unknown' } : { kind: 'refused', code: frame.code })
      settle(frame.id, ({ reject }) => reject(new CommandError(frame)))
    }
  }
  socket.onclose = ({ code, reason }) => {
    open = false
    inbox.end(`closed with ${code} ${reason}`)
    for (const { settle } of pending.values()) settle.reject(new Error(`closed with ${code} ${reason}`))
    end({ code, reason })
  }

  function settle(id: string, how: (waiting: PromiseWithResolvers<number>) => void): void {
    const known = pending.get(id)
    if (!known) return
    pending.delete(id)
    how(known.settle)
  }

  function sendAgain(id: string, text: string): void {
    const known = commands.get(id)
    if (known) commands.set(id, { ...known, lastSent: ++sent })
    socket.send(text)
  }

  function note(id: string, outcome: CommandOutcome): void {
    const known = commands.get(id)
    if (known && known.outcome.kind !== 'acked') commands.set(id, { ...known, outcome })
  }

  const closes = async (withinMs = patienceMs): Promise<Ending> => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`still open after ${withinMs} ms; ${inbox.summary()}`)), withinMs)
    try {
      return await Promise.race([ended, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    frames: inbox.frames,
    get history() {
      return { name: inbox.userId, userId: inbox.userId, since: options.since, frames: inbox.texts }
    },
    get commands() {
      return [...commands.values()].map((command) => ({ ...command, userId: inbox.userId }))
    },
    applied: inbox.applied,
    get epoch() {
      return inbox.epoch
    },
    get seq() {
      return inbox.seq
    },
    get place() {
      return `${inbox.epoch}.${inbox.seq}`
    },
    ended,
    get isOpen() {
      return open
    },
    get protocol() {
      return socket.protocol
    },
    next: inbox.next,
    reaches: inbox.reaches,
    command(wish, id = `c${++count}`) {
      const text = JSON.stringify({ ...wish, id })
      const settle = Promise.withResolvers<number>()
      pending.set(id, { text, settle })
      const { firstSent = ++sent } = commands.get(id) ?? {}
      commands.set(id, { id, ...wish, firstSent, lastSent: ++sent, outcome: { kind: 'unknown' } })
      // An answer that nobody awaits is not an error of its own.
      settle.promise.catch(() => {})
      if (open) socket.send(text)
      else settle.reject(new Error('closed'))
      return settle.promise
    },
    get unanswered() {
      return pending.size
    },
    send: (text) => socket.send(text),
    closes,
    async close() {
      socket.close(1000)
      return closes()
    },
    drop: () => socket.terminate(),
    check: inbox.check,
  }
}

import { bearerPrefix, subprotocol } from '@matinee/contracts/live/limits'
import type { ServerFrame } from './contract-types'
import { delayOf, estimateAt } from './domain/clock'
import { type Connection, type Effect, type Input, newConnection, type Place, statusOf } from './domain/connection'
import type { CommandFrame } from './domain/outbox'
import { step, wakeAtMs } from './domain/step'
import { positionAt } from './domain/timeline'
import { MatineeError } from './matinee-error'
import type { Acknowledged, Command, CommandOptions, KeptRoom, PlaybackOptions, RoomConnection, RoomEvents, RoomSnapshot } from './room'
import type { SocketLike, WebSocketClass } from './socket'
import { createStore, tell } from './store'

export interface RoomDependencies {
  /** `wss://host/ws/room/<code>/`. */
  readonly url: string
  readonly lobby: boolean
  readonly kept?: KeptRoom | undefined
  readonly WebSocket: WebSocketClass
  readonly token: (fresh: boolean) => Promise<string>
  /** Goes on evenly and never back. */
  readonly nowMs: () => number
  readonly chance: () => number
  readonly newId: () => string
  /** Calls when the platform says that the network is back; gives what ends that. */
  readonly onOnline: (listener: () => void) => () => void
}

const chatWithinMs = 30_000
const playbackWithinMs = 5_000
const longestTimerMs = 60_000
const leaving = 1000
/** No clean end, for that would be told to the room sooner than one can be back. */
const comingBack = 4000

/** The edge of the connection: a socket, a timer, and those who listen. What is decided is decided by `step`. */
export function openRoom(deps: RoomDependencies): RoomConnection {
  const { nowMs, chance, newId } = deps
  let connection: Connection = newConnection(nowMs(), deps.kept)
  let socket: SocketLike | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let stepping = false
  const inputs: Input[] = []
  const waiting = new Map<string, PromiseWithResolvers<Acknowledged>>()
  const listeners = new Map<string, Set<(event: never) => void>>()
  const store = createStore(snapshotOf(connection, null))
  const entered = Promise.withResolvers<NonNullable<RoomSnapshot['view']>>()
  entered.promise.catch(() => {})
  const offOnline = deps.onOnline(() => take({ type: 'online' }))

  /** One input after the other, also where one is given by somebody who listens to the one before. */
  function take(input: Input): void {
    inputs.push(input)
    if (stepping) return
    stepping = true
    try {
      for (let next = inputs.shift(); next; next = inputs.shift()) {
        const { connection: after, effects } = step(connection, next, { nowMs: nowMs(), chance: chance() })
        const before = connection
        connection = after
        show(before)
        for (const effect of effects) perform(effect)
      }
    } finally {
      stepping = false
      rest()
    }
  }

  function show(before: Connection): void {
    const after = connection
    const status = statusOf(after)
    // While it catches up nothing is shown: it would be over before it could be seen.
    if (status === 'reconnecting' && after.link.kind === 'in') return
    if (looksAlike(before, after) && store.get().status === status) return
    store.set(snapshotOf(after, store.get()))
    if (after.view && (status === 'live' || status === 'read_only')) entered.resolve(after.view)
    if (after.link.kind !== 'ended') return
    offOnline()
    entered.reject(new MatineeError('ended', `The connection has ended: ${after.link.reason}.`))
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        return void connect(effect.socket, effect.since, effect.freshToken)
      case 'send':
        return void send(effect.frame)
      case 'close':
        return drop(effect.forGood)
      case 'renew':
        return void renew()
      case 'settle': {
        const promise = waiting.get(effect.id)
        waiting.delete(effect.id)
        if ('seq' in effect.outcome) return promise?.resolve({ seq: effect.outcome.seq })
        const { code, message, ...details } = effect.outcome.refused
        return promise?.reject(new MatineeError(code, message, details))
      }
      case 'tell':
        return hear(effect.frame)
    }
  }

  async function connect(number: number, since: Place | null, fresh: boolean): Promise<void> {
    let token: string
    try {
      token = await deps.token(fresh)
    } catch (error) {
      return take({ type: 'no_token', socket: number, final: error instanceof MatineeError && error.status === 401 })
    }
    if (connection.socket !== number || connection.link.kind !== 'opening') return
    const query = new URLSearchParams({ ...(deps.lobby ? { lobby: '1' } : {}), ...(since ? { since: `${since.epoch}.${since.seq}` } : {}) })
    const opened = openSocket(`${deps.url}${query.size > 0 ? `?${query}` : ''}`, token)
    if (!opened) return take({ type: 'closed', socket: number, code: 1006 })
    socket = opened
    opened.onopen = () => take({ type: 'opened', socket: number })
    opened.onmessage = ({ data }) => take(read(number, data))
    opened.onclose = ({ code }) => take({ type: 'closed', socket: number, code })
    // What is wrong is told by the close that follows.
    opened.onerror = () => {}
  }

  /** Undefined where the platform does not even try, such as for an insecure socket in a secure page. */
  function openSocket(url: string, token: string): SocketLike | undefined {
    try {
      return new deps.WebSocket(url, [subprotocol, `${bearerPrefix}${token}`])
    } catch {
      return undefined
    }
  }

  function drop(forGood: boolean): void {
    const old = socket
    socket = undefined
    if (!old) return
    old.onopen = old.onmessage = old.onclose = null
    try {
      old.close(forGood ? leaving : comingBack)
    } catch {
      // It was closed, or never open: gone either way.
    }
  }

  function send(frame: object): boolean {
    try {
      socket?.send(JSON.stringify(frame))
      return socket !== undefined
    } catch {
      // A socket that is closing; its close follows, and what was lost with it is repeated.
      return false
    }
  }

  async function renew(): Promise<void> {
    const token = await deps.token(true).catch(() => null)
    take({ type: 'renewed', token })
  }

  function hear(frame: ServerFrame): void {
    emit('frame', frame)
    if (frame.type !== 'ERROR' || frame.id !== undefined) return
    const { code, message, retryable, retry_after_ms: retryAfterMs } = frame
    emit('error', new MatineeError(code, message, { retryable, retryAfterMs }))
  }

  function emit<Name extends keyof RoomEvents>(name: Name, event: RoomEvents[Name]): void {
    // Registered under their name by `on`, whose types hold them to it.
    for (const listener of [...(listeners.get(name) ?? [])]) tell(listener as (event: RoomEvents[Name]) => void, event)
  }

  function rest(): void {
    clearTimeout(timer)
    const atMs = wakeAtMs(connection)
    if (atMs === Number.POSITIVE_INFINITY) return
    timer = setTimeout(() => take({ type: 'wake' }), Math.max(0, Math.min(longestTimerMs, atMs - nowMs())))
  }

  function order(command: Command, withinMs: number): Promise<Acknowledged> {
    const id = newId()
    const settled = Promise.withResolvers<Acknowledged>()
    waiting.set(id, settled)
    // Each command is a frame once it has its id.
    take({ type: 'command', frame: { ...command, id } as CommandFrame, withinMs })
    return settled.promise
  }

  const drive = (command: Command, { withinMs = playbackWithinMs, expectVersion }: PlaybackOptions = {}) =>
    order({ ...command, ...(expectVersion === undefined ? {} : { expect_version: expectVersion }) } as Command, withinMs)
  const serverNowMs = () => {
    const now = nowMs()
    const estimate = estimateAt(connection.clock, now)
    return estimate ? now + estimate.offsetMs : null
  }
  const positionS = () => {
    const now = serverNowMs()
    return now === null || !connection.view ? null : positionAt(connection.view.playback, now)
  }

  take({ type: 'wake' })

  return {
    get: store.get,
    subscribe: store.subscribe,
    get state() {
      return store.get()
    },
    entered: entered.promise,
    clock: {
      nowMs: serverNowMs,
      errorMs: () => estimateAt(connection.clock, nowMs())?.errorMs ?? Number.POSITIVE_INFINITY,
      delayMs: () => delayOf(connection.clock),
    },
    positionS,
    on(name, listener) {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all)
      all.add(listener)
      return () => void all.delete(listener)
    },
    chat: (message, { withinMs = chatWithinMs }: CommandOptions = {}) => order({ type: 'CHAT_MESSAGE', message }, withinMs),
    play: (timeS = positionS() ?? 0, options) => drive({ type: 'PLAY', time: timeS }, options),
    pause: (timeS = positionS() ?? 0, options) => drive({ type: 'PAUSE', time: timeS }, options),
    seek: (timeS, options) => drive({ type: 'SEEK', time: timeS }, options),
    rate: (rate, options) => drive({ type: 'RATE', rate }, options),
    media: (video_url, options) => drive({ type: 'MEDIA', video_url }, options),
    tell(frame) {
      return connection.link.kind === 'in' && send(frame)
    },
    kept: () => (connection.place && connection.view ? { place: connection.place, view: connection.view } : null),
    close: () => take({ type: 'close' }),
  }
}

/** The frame that a message is; what is no object with a type is nonsense. */
function read(socket: number, data: unknown): Input {
  try {
    const frame: unknown = JSON.parse(String(data))
    // The server is held to the contracts by its own tests; here a type is enough.
    if (typeof frame === 'object' && frame !== null && 'type' in frame) return { type: 'frame', socket, frame: frame as ServerFrame }
  } catch {
    // Told of below.
  }
  return { type: 'nonsense', socket }
}

function looksAlike(one: Connection, other: Connection): boolean {
  return (['view', 'outbox', 'link', 'notice', 'waiting', 'skew'] as const).every((field) => one[field] === other[field])
}

function snapshotOf(connection: Connection, before: RoomSnapshot | null): RoomSnapshot {
  const { link, view, outbox, waiting, skew } = connection
  const unconfirmed = outbox.commands.map(({ frame: { id, ...command } }) => ({ id, command: command as Command }))
  return {
    status: statusOf(connection),
    ended: link.kind === 'ended' ? { code: link.code, reason: link.reason } : null,
    retryAtMs: link.kind === 'waiting' ? link.untilMs : null,
    lobby: link.kind === 'lobby' ? link.room : null,
    view,
    unconfirmed: unconfirmed.length === 0 && before?.unconfirmed.length === 0 ? before.unconfirmed : unconfirmed,
    waiting,
    skew: skew?.frame ?? null,
  }
}

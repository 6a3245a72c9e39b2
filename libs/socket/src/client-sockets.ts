import { closeCodes } from '@matinee/contracts'
import { type RateLimit, Refusal } from '@matinee/kernel'
import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import { commandIdOf, errorFrame } from './error-frame'
import { createFrameMeter, type FrameMeter } from './frame-meter'
import { type Handshake, readHandshake } from './handshake'
import { ownLimits, socketsThatFit } from './max-sockets'
import { createOutbox, type Outbox, type Outlet } from './outbox'
import { clientSocketOptions, defaultIdleS } from './socket'

/** One client's socket, from its handshake until it is gone. */
export interface ClientSocket {
  /** Unique among all sockets of all processes. */
  readonly id: string
  readonly outlet: Outlet
}

/** What Bun keeps for one socket. */
export interface SocketData {
  readonly id: string
  /** Until it is open: the token in it is not kept. */
  handshake: Handshake | undefined
  /** From its first frame on: most sit and watch. */
  frames: FrameMeter | undefined
  /** When something was last heard of it, be it the answer to a ping. */
  heardMs: number
  /** Whether it was asked for a sign of life since. */
  asked: boolean
  client: ClientSocket | undefined
}

export interface ClientSocketsOptions {
  /** Begins every id; unique among processes, letters and digits. */
  readonly prefix: string
  /** Undefined: frames without limit. */
  readonly frameLimit: RateLimit | undefined
  /** How long nothing may be heard of a client; default `defaultIdleS`. */
  readonly idleS?: number
  /** How many may be open at once; by default as many as this process's limit of open files leaves room for. */
  readonly maxSockets?: number | undefined
  /** For durations. */
  readonly monotonicMs: () => number
  /** `handshake` is not kept here. */
  readonly opened: (client: ClientSocket, handshake: Handshake) => void
  /** A text frame within the limits. */
  readonly text: (client: ClientSocket, text: string) => void
  /** Called once for each that was opened, whoever closed it. */
  readonly closed: (client: ClientSocket, code: number) => void
  /** Hears of frames and sockets that were refused. */
  readonly onRefused?: (reason: SocketRefusal) => void
}

/**
 * Why a handshake was refused (`full`: as many are open as may be), a frame was not taken (`rate_limited`), or a socket was closed: too many of those (`too_fast`); a frame that is `binary` or
 * `too_big`; a client that does not take what it is sent (`too_slow`), or of which nothing is heard (`silent`).
 */
export type SocketRefusal = 'full' | 'rate_limited' | 'too_fast' | 'too_slow' | 'binary' | 'too_big' | 'silent'

export interface ClientSockets {
  readonly outbox: Outbox
  /** Makes the request a socket; throws `Refusal` when it is not one for a room, or there is no room for it. Undefined when it has become one. */
  upgrade(request: Request, server: Server<SocketData>): Response | undefined
  readonly websocket: WebSocketHandler<SocketData>
  /** Asks those who are silent for a sign of life, and breaks with those who gave none, or take nothing. To be called about once a second. */
  tick(): void
}

/** When one for whom there was no room may come again. */
const retryWhenFullMs = 5_000
/** What Bun says of a frame over `maxPayloadLength`, which it refuses by itself: the code it gives here, 1006, says nothing. */
const bunsTooBig = 'Received too big message'

/** Client sockets on a `Bun.serve`: what is refused before anybody reads it, and the way out. */
export function createClientSockets(options: ClientSocketsOptions): ClientSockets {
  const { prefix, frameLimit, idleS = defaultIdleS, monotonicMs, opened, text, closed, onRefused = () => {} } = options
  const maxSockets = options.maxSockets ?? socketsThatFit(ownLimits())
  const open = new Set<ServerWebSocket<SocketData>>()
  const outbox = createOutbox({ onTooSlow: () => onRefused('too_slow') })
  let count = 0

  function take(socket: ServerWebSocket<SocketData>, client: ClientSocket, frame: string | Buffer): void {
    if (typeof frame !== 'string') {
      onRefused('binary')
      outbox.send(client.outlet, errorFrame('invalid_frame', { field: '(binary)' }))
      return outbox.close(client.outlet, closeCodes.unsupported_data.code, 'text frames only')
    }
    if (!frameLimit) return text(client, frame)
    const { data } = socket
    data.frames ??= createFrameMeter(frameLimit)
    const taken = data.frames.take(data.heardMs)
    if (taken.verdict === 'take') return text(client, frame)
    onRefused(taken.verdict === 'close' ? 'too_fast' : 'rate_limited')
    outbox.send(client.outlet, errorFrame('rate_limited', { id: commandIdOf(frame), retryAfterMs: taken.retryAfterMs }))
    if (taken.verdict === 'close') outbox.close(client.outlet, closeCodes.too_fast.code, 'too fast')
  }

  function hear({ data }: ServerWebSocket<SocketData>): void {
    data.heardMs = monotonicMs()
    data.asked = false
    const outlet = data.client?.outlet
    // Once this has been taken, Bun writes what waits in its buffer too, and says nothing of that.
    if (outlet?.full) setImmediate(() => outbox.drained(outlet))
  }

  return {
    outbox,
    upgrade(request, server) {
      const handshake = readHandshake(request)
      if ('invalid' in handshake) {
        throw new Refusal('invalid_request', { fields: [{ field: handshake.invalid, message: 'is not valid' }] })
      }
      if (open.size >= maxSockets) {
        onRefused('full')
        throw new Refusal('unavailable', { retryAfterMs: retryWhenFullMs })
      }
      const id = `${prefix}${(count++).toString(36)}`
      const data: SocketData = { id, handshake, frames: undefined, heardMs: monotonicMs(), asked: false, client: undefined }
      // Set in any case: Bun would echo the first offered subprotocol, which may be the token.
      const headers = handshake.protocol === undefined ? {} : { 'sec-websocket-protocol': handshake.protocol }
      if (!server.upgrade(request, { data, headers })) throw new Refusal('upgrade_required')
      return undefined
    },
    websocket: {
      ...clientSocketOptions,
      open(socket) {
        const { data } = socket
        const { id, handshake } = data
        if (!handshake) return
        const client = { id, outlet: outbox.outlet(socket) }
        data.client = client
        data.handshake = undefined
        open.add(socket)
        opened(client, handshake)
      },
      ping: hear,
      pong: hear,
      message(socket, frame) {
        hear(socket)
        const { client } = socket.data
        if (client && !client.outlet.closed) take(socket, client, frame)
      },
      drain({ data }) {
        if (data.client) outbox.drained(data.client.outlet)
      },
      close(socket, code, reason) {
        const { data } = socket
        open.delete(socket)
        if (reason === bunsTooBig) onRefused('too_big')
        if (!data.client) return
        outbox.gone(data.client.outlet)
        closed(data.client, code)
      },
    },
    tick() {
      const [now, idleMs] = [monotonicMs(), idleS * 1_000]
      outbox.tick(now)
      for (const socket of open) {
        const silentMs = now - socket.data.heardMs
        if (silentMs >= idleMs) {
          onRefused('silent')
          // A close frame would wait for a client that is not there.
          socket.terminate()
        } else if (silentMs >= idleMs / 2 && !socket.data.asked) {
          socket.data.asked = true
          socket.ping()
        }
      }
    },
  }
}

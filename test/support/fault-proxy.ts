import type { Socket } from 'bun'
import { createLane, type Lane } from './fault-proxy/lane'
import { createRandom } from './random'

/** What befalls bytes on their way. */
export interface Conditions {
  /** How long each byte travels. */
  readonly latencyMs: number
  /** Up to so much is added, by chance; order is kept, as TCP keeps it. */
  readonly jitterMs: number
  /** Undefined: as fast as the sockets are. */
  readonly bytesPerS: number | undefined
  /**
   * `open`: all passes. `held`: nothing passes and nothing is read, so that senders come to feel it; it goes on where it
   * stopped, as after a short outage. `lost`: what is sent is gone, and neither end is told of anything, not even that the
   * other has closed. A connection that has lost something never passes anything again, for its bytes would make no sense.
   */
  readonly flow: 'open' | 'held' | 'lost'
}

/** Which way: from whoever connected, or to them. */
export type Direction = 'up' | 'down' | 'both'

/** A TCP proxy in front of one server, whose conditions can be changed while it runs. */
export interface FaultProxy {
  readonly port: number
  /** How many connections go through it now. */
  readonly connections: number
  /** Changes what is named, for connections that there are and those that come; the rest stays as it was. */
  set(conditions: Partial<Conditions>, direction?: Direction): void
  /** Back to a wire that does nothing of its own. Connections that have lost something stay silent. */
  heal(): void
  /** Breaks every connection at both ends, with a reset: what was under way is gone, and both are told. */
  reset(): void
  /** From now on it leads to another port, as an address does behind which servers change; what is open is reset. */
  turnTo(target: number): void
  stop(): void
}

export interface FaultProxyOptions {
  /** Where the server listens, on the loopback. */
  readonly target: number
  /** Of the jitter; the same seed delays alike. */
  readonly seed?: number
}

const untouched: Conditions = { latencyMs: 0, jitterMs: 0, bytesPerS: undefined, flow: 'open' }

interface Pipe {
  client: Socket<Pipe> | undefined
  server: Socket<Pipe> | undefined
  readonly up: Lane
  readonly down: Lane
}

/** Opens a proxy on a free loopback port. */
export function openFaultProxy({ target: first, seed = 1 }: FaultProxyOptions): FaultProxy {
  let target = first
  const random = createRandom(seed)
  const pipes = new Set<Pipe>()
  let conditions = { up: untouched, down: untouched }

  const listener = Bun.listen<Pipe>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        const pipe: Pipe = {
          client: socket,
          server: undefined,
          up: createLane({ random, conditions: conditions.up, source: () => pipe.client, sink: () => pipe.server }),
          down: createLane({ random, conditions: conditions.down, source: () => pipe.server, sink: () => pipe.client }),
        }
        socket.data = pipe
        pipes.add(pipe)
        void connect(pipe)
      },
      data: (socket, bytes) => socket.data.up.take(bytes),
      drain: (socket) => socket.data.down.drained(),
      close: (socket) => closed(socket.data, 'client'),
      error() {},
    },
  })

  async function connect(pipe: Pipe): Promise<void> {
    try {
      await Bun.connect<Pipe>({
        hostname: '127.0.0.1',
        port: target,
        data: pipe,
        socket: {
          open(socket) {
            pipe.server = socket
            // Whoever connected has gone already.
            if (!pipes.has(pipe)) return void socket.terminate()
            pipe.up.drained()
          },
          data: (socket, bytes) => socket.data.down.take(bytes),
          drain: (socket) => socket.data.up.drained(),
          close: (socket) => closed(socket.data, 'server'),
          error() {},
        },
      })
    } catch {
      // Nobody listens: as the server's machine would, refuse.
      pipes.delete(pipe)
      pipe.client?.terminate()
    }
  }

  /** One end has gone: the other is told once it has been given the rest, unless nothing gets through. */
  function closed(pipe: Pipe, which: 'client' | 'server'): void {
    pipe[which] = undefined
    const [lane, other] = which === 'client' ? [pipe.up, pipe.server] : [pipe.down, pipe.client]
    if (!other) {
      pipes.delete(pipe)
      if (pipe.client === undefined && pipe.server === undefined) for (const each of [pipe.up, pipe.down]) each.stop()
      return
    }
    lane.finish(() => other.end())
  }

  function apply(next: typeof conditions): void {
    conditions = next
    for (const { up, down } of pipes) {
      up.set(conditions.up)
      down.set(conditions.down)
    }
  }

  function reset(): void {
    for (const pipe of [...pipes]) {
      pipes.delete(pipe)
      for (const lane of [pipe.up, pipe.down]) lane.stop()
      for (const socket of [pipe.client, pipe.server]) socket?.terminate()
    }
  }

  return {
    port: listener.port,
    get connections() {
      return pipes.size
    },
    set(changed, direction = 'both') {
      apply({
        up: direction === 'down' ? conditions.up : { ...conditions.up, ...changed },
        down: direction === 'up' ? conditions.down : { ...conditions.down, ...changed },
      })
    },
    heal: () => apply({ up: untouched, down: untouched }),
    reset,
    turnTo(next) {
      target = next
      reset()
    },
    stop() {
      listener.stop(true)
      reset()
    },
  }
}

import { afterEach, describe, expect, test } from 'bun:test'
import { type ClientSocket, createClientSockets, type SocketData } from './client-sockets'
import type { Handshake } from './handshake'

const running: { stop(): void }[] = []
afterEach(() => {
  for (const one of running.splice(0)) one.stop()
})

/** A server that echoes what it takes, and a client of it. */
function setup(idleS = 30) {
  let nowMs = 0
  const taken: string[] = []
  const refused: string[] = []
  const clients: ClientSocket[] = []
  const handshakes: Handshake[] = []
  const closed = Promise.withResolvers<number>()
  const sockets = createClientSockets({
    prefix: 'test',
    frameLimit: { count: 20, periodMs: 1000, burst: 40 },
    idleS,
    monotonicMs: () => nowMs,
    opened(client, handshake) {
      clients.push(client)
      handshakes.push(handshake)
    },
    text: (client, text) => {
      taken.push(text)
      sockets.outbox.send(client.outlet, text)
    },
    closed: (_, code) => closed.resolve(code),
    onRefused: (reason) => refused.push(reason),
  })
  const server = Bun.serve<SocketData>({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => sockets.upgrade(request, self),
    websocket: sockets.websocket,
  })
  running.push({ stop: () => void server.stop(true) })
  const connect = async (protocols: string[] = []) => {
    const frames: string[] = []
    const over = Promise.withResolvers<number>()
    const open = Promise.withResolvers<void>()
    let wake = () => {}
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/room/7GQ4KX2M/`, protocols)
    socket.onopen = () => open.resolve()
    socket.onmessage = ({ data }) => {
      frames.push(String(data))
      wake()
    }
    socket.onclose = ({ code }) => over.resolve(code)
    await open.promise
    const until = async (count: number) => {
      while (frames.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    return { socket, frames, until, over: over.promise }
  }
  /** A client that speaks the handshake, and not one word more: it answers no ping. */
  const connectMute = async () => {
    const heard = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    let bytes = Buffer.alloc(0)
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: server.port ?? 0,
      socket: {
        data(_, more) {
          bytes = Buffer.concat([bytes, more])
          if (bytes.includes('\r\n\r\n')) heard.resolve()
        },
        close: () => over.resolve(),
      },
    })
    const key = Buffer.alloc(16).toString('base64')
    socket.write(
      `GET /ws/room/7GQ4KX2M/ HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    )
    await heard.promise
    return { over: over.promise }
  }
  const advance = (byMs: number) => {
    nowMs += byMs
    sockets.tick()
  }
  return { connect, connectMute, advance, sockets, taken, refused, clients, handshakes, closed: closed.promise }
}

describe('client sockets', () => {
  test('the subprotocol is answered, never the token', async () => {
    const { connect, handshakes } = setup()

    const { socket } = await connect(['bearer.secret', 'matinee.v1'])

    expect(socket.protocol).toBe('matinee.v1')
    expect(handshakes[0]?.token).toBe('secret')
  })

  test('a binary frame closes the socket with 1003', async () => {
    const { connect, refused } = setup()
    const { socket, over } = await connect()

    socket.send(new Uint8Array([1, 2, 3]))

    expect(await over).toBe(1003)
    expect(refused).toEqual(['binary'])
  })

  test('a frame of 16 KiB is taken, one over it closes the socket with 1009', async () => {
    const { connect, taken, refused, closed } = setup()
    const { socket, until, over } = await connect()

    socket.send('x'.repeat(16 * 1024))
    await until(1)
    socket.send('x'.repeat(17 * 1024))

    expect(await over).toBe(1009)
    expect(taken).toHaveLength(1)
    await closed
    expect(refused).toEqual(['too_big'])
  })

  test('frames beyond the limit are refused with the id they carried, and change nothing', async () => {
    const { connect, taken, refused } = setup()
    const { socket, frames, until } = await connect()

    for (let place = 0; place < 41; place++) socket.send(JSON.stringify({ type: 'CHAT_MESSAGE', message: 'hi', id: `c${place}` }))
    await until(41)

    expect(taken).toHaveLength(40)
    expect(JSON.parse(frames[40] ?? '')).toMatchObject({
      type: 'ERROR',
      code: 'rate_limited',
      retryable: true,
      id: 'c40',
      retry_after_ms: 50,
    })
    expect(refused).toEqual(['rate_limited'])
  })

  test('a flood closes its own socket with 4429, and no other', async () => {
    const { connect } = setup()
    const flood = await connect()
    const other = await connect()

    for (let place = 0; place < 200; place++) flood.socket.send('{}')

    expect(await flood.over).toBe(4429)
    other.socket.send('still here')
    await other.until(1)
    expect(other.frames).toEqual(['still here'])
  })

  test('a socket that its client closes is heard of once', async () => {
    const { connect, closed } = setup()
    const { socket } = await connect()

    socket.close(1000, 'bye')

    expect(await closed).toBe(1000)
  })

  test('[GW38] a client of whom nothing is heard is broken with, however much is sent to it', async () => {
    const { connectMute, advance, sockets, clients, refused, closed } = setup(10)
    const { over } = await connectMute()

    for (let second = 0; second < 10; second++) {
      if (clients[0]) sockets.outbox.send(clients[0].outlet, 'event')
      advance(1_000)
    }
    await over

    expect(await closed).toBe(1006)
    expect(refused).toEqual(['silent'])
  })

  test('[GW38] a client that says nothing stays as long as it answers', async () => {
    const { connect, advance, sockets, clients, refused } = setup(10)
    const { until } = await connect()
    const other = await connect()

    for (let round = 1; round <= 5; round++) {
      advance(6_000)
      if (clients[0]) sockets.outbox.send(clients[0].outlet, 'event')
      await until(round)
      // It has answered the ping that came before the event; by the time another is answered, that has been read.
      other.socket.send('x')
      await other.until(round)
    }

    expect(refused).toEqual([])
  })
})

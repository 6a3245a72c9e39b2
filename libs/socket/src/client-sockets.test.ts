import { afterEach, describe, expect, test } from 'bun:test'
import { type ClientSocket, createClientSockets, type SocketData } from './client-sockets'

const running: { stop(): void }[] = []
afterEach(() => {
  for (const one of running.splice(0)) one.stop()
})

/** A server that echoes what it takes, and a client of it. */
function setup() {
  const taken: string[] = []
  const refused: string[] = []
  const clients: ClientSocket[] = []
  const closed = Promise.withResolvers<number>()
  const sockets = createClientSockets({
    prefix: 'test',
    frameLimit: { count: 20, periodMs: 1000, burst: 40 },
    nowMs: () => 0,
    opened: (client) => clients.push(client),
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
    fetch: (request, self) => sockets.upgrade(request, self, '127.0.0.1'),
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
  return { connect, taken, refused, clients, closed: closed.promise }
}

describe('client sockets', () => {
  test('the subprotocol is answered, never the token', async () => {
    const { connect, clients } = setup()

    const { socket } = await connect(['bearer.secret', 'matinee.v1'])

    expect(socket.protocol).toBe('matinee.v1')
    expect(clients[0]?.handshake.token).toBe('secret')
  })

  test('a binary frame closes the socket with 1003', async () => {
    const { connect, refused } = setup()
    const { socket, over } = await connect()

    socket.send(new Uint8Array([1, 2, 3]))

    expect(await over).toBe(1003)
    expect(refused).toEqual(['binary'])
  })

  test('a frame of 16 KiB is taken, one over it closes the socket with 1009', async () => {
    const { connect, taken } = setup()
    const { socket, until, over } = await connect()

    socket.send('x'.repeat(16 * 1024))
    await until(1)
    socket.send('x'.repeat(17 * 1024))

    expect(await over).toBe(1009)
    expect(taken).toHaveLength(1)
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
})

import { afterEach, describe, expect, test } from 'bun:test'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { openFaultProxy } from './fault-proxy'
import { until } from './until'

const running: { stop(): void }[] = []
afterEach(() => {
  for (const one of running.splice(0)) one.stop()
})

/** An echoing server, a proxy before it, and a client of that. */
async function setup(seed?: number) {
  const served: Peer[] = []
  const server: Server = createServer((socket) => served.push(peerOf(socket.on('data', (bytes) => socket.write(bytes)))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const proxy = openFaultProxy({ target: address.port, ...(seed === undefined ? {} : { seed }) })
  const clients: Peer[] = []
  running.push({
    stop() {
      for (const { socket } of [...clients, ...served]) socket.destroy()
      proxy.stop()
      server.close()
    },
  })
  const join = async () => {
    const client = peerOf(connect(proxy.port, '127.0.0.1'))
    clients.push(client)
    client.socket.write('hello')
    await until(() => client.text() === 'hello')
    return client
  }
  return { proxy, served, server, port: address.port, join }
}

interface Peer {
  readonly socket: Socket
  text(): string
  bytes(): number
  /** Undefined while it is open. */
  ending(): 'closed' | 'reset' | undefined
}

function peerOf(socket: Socket): Peer {
  const chunks: Buffer[] = []
  let ending: ReturnType<Peer['ending']>
  socket.on('data', (bytes: Buffer) => chunks.push(bytes))
  socket.on('error', ({ message }) => {
    if (message.includes('ECONNRESET')) ending = 'reset'
  })
  socket.on('close', () => {
    ending ??= 'closed'
  })
  return {
    socket,
    text: () => Buffer.concat(chunks).toString(),
    bytes: () => chunks.reduce((sum, { length }) => sum + length, 0),
    ending: () => ending,
  }
}

describe('a fault proxy', () => {
  test('that is left alone passes everything on, in order, and that an end has closed', async () => {
    const { proxy, served, join } = await setup()
    const client = await join()
    const text = Array.from({ length: 200_000 }, (_, at) => `${at} `).join('')

    client.socket.write(text)
    await until(() => client.bytes() === text.length + 5)
    client.socket.end()

    expect(client.text().slice(5)).toBe(text)
    await until(() => served[0]?.ending() !== undefined && proxy.connections === 0)
  })

  test('passes on the last words of an end that closes', async () => {
    const { proxy, served, join } = await setup()
    const client = await join()
    proxy.set({ latencyMs: 50 })

    served[0]?.socket.end('last words')

    await until(() => client.ending() === 'closed')
    expect(client.text()).toBe('hellolast words')
  })

  test('delays both ways, with jitter, and keeps the order', async () => {
    const { proxy, join } = await setup()
    const client = await join()
    proxy.set({ latencyMs: 40, jitterMs: 20 })

    const sentMs = performance.now()
    const words = Array.from({ length: 50 }, (_, at) => `${at} `)
    for (const word of words) {
      client.socket.write(word)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => client.text() === `hello${words.join('')}`)

    expect(performance.now() - sentMs).toBeGreaterThanOrEqual(80)
  })

  test('delays one way by more than the other', async () => {
    const { proxy, served, join } = await setup()
    const client = await join()
    proxy.set({ latencyMs: 60_000 }, 'down')

    client.socket.write('?')
    await until(() => served[0]?.text() === 'hello?')

    expect(client.text()).toBe('hello')
  })

  test('holds the flow and goes on where it stopped', async () => {
    const { proxy, served, join } = await setup()
    const client = await join()

    proxy.set({ flow: 'held' }, 'down')
    client.socket.write(' there')
    await until(() => served[0]?.text() === 'hello there')
    expect(client.text()).toBe('hello')
    proxy.heal()

    await until(() => client.text() === 'hello there')
  })

  test('lets a sender feel that nothing passes', async () => {
    const { proxy, served, join } = await setup()
    await join()
    proxy.set({ flow: 'held' }, 'down')

    const sender = served[0]?.socket
    const piece = Buffer.alloc(1_000_000)
    await until(() => sender && !sender.write(piece) && sender.writableLength > 4_000_000, { everyMs: 1 })

    expect(sender?.writableLength).toBeGreaterThan(4_000_000)
  })

  test('loses everything, and tells neither end, not even of a close; a new connection after it is sound', async () => {
    const { proxy, served, join } = await setup()
    const [lost, other] = [await join(), await join()]

    proxy.set({ flow: 'lost' })
    lost.socket.write('into the dark')
    other.socket.destroy()
    proxy.heal()
    const fresh = await join()
    lost.socket.write('nor later')
    fresh.socket.write('!')
    await until(() => fresh.text() === 'hello!')

    expect(lost.text()).toBe('hello')
    expect(served.map((peer) => [peer.text(), peer.ending()])).toEqual([
      ['hello', undefined],
      ['hello', undefined],
      ['hello!', undefined],
    ])
  })

  test('loses one direction only', async () => {
    const { proxy, served, join } = await setup()
    const client = await join()

    proxy.set({ flow: 'lost' }, 'down')
    client.socket.write('?')

    await until(() => served[0]?.text() === 'hello?')
    expect(client.text()).toBe('hello')
  })

  test('resets every connection, at both ends', async () => {
    const { proxy, served, join } = await setup()
    const client = await join()

    proxy.reset()

    await until(() => client.ending() !== undefined && served[0]?.ending() !== undefined)
    expect([client.ending(), served[0]?.ending()]).toEqual(['reset', 'reset'])
    expect(proxy.connections).toBe(0)
  })

  test('leads to another server, and breaks what led to the one before', async () => {
    const [{ proxy, served, join }, other] = [await setup(), await setup()]
    const client = await join()

    proxy.turnTo(other.port)
    await join()
    await until(() => client.ending() !== undefined)

    expect([served.length, other.served.length]).toEqual([1, 1])
  })

  test('holds a bandwidth', async () => {
    const { proxy, join } = await setup()
    const client = await join()
    proxy.set({ bytesPerS: 100_000 }, 'down')

    const sentMs = performance.now()
    client.socket.write(Buffer.alloc(30_000, 'x'))
    await until(() => client.bytes() === 30_005)

    expect(performance.now() - sentMs).toBeGreaterThan(270)
  })

  test('refuses where nobody listens any more', async () => {
    const { proxy, server, join } = await setup()
    await join()
    server.close()

    const client = peerOf(connect(proxy.port, '127.0.0.1'))
    running.push({ stop: () => client.socket.destroy() })

    await until(() => client.ending() !== undefined)
  })
})

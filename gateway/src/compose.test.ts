import { afterEach, expect, test } from 'bun:test'
import { createMetrics, type Upstream } from '@matinee/http'
import { Refusal, silentLog, systemClock } from '@matinee/kernel'
import { testConfig } from './app.fixture'
import { composeGateway } from './compose'
import type { GatewayConfig } from './config'
import type { Sockets } from './sockets.port'

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop()))
})

/** The sockets of a gateway that can take nobody in. */
const noNode: Sockets<undefined> = {
  upgrade() {
    throw new Refusal('unavailable')
  },
  websocket: { message() {} },
  async drain() {},
}

function setup({
  rooms = async () => Response.json({ ok: true }),
  sockets = noNode,
  config,
}: {
  rooms?: Upstream
  sockets?: Sockets<undefined>
  config?: Partial<GatewayConfig>
} = {}) {
  const gateway = composeGateway<undefined>({
    config: testConfig(config),
    auth: async () => Response.json({ keys: [] }),
    rooms,
    sockets,
    log: silentLog,
    metrics: createMetrics({ service: 'gateway' }),
    clock: systemClock,
  })
  running.push(gateway)
  return gateway
}

/** Sends bytes as they are, and resolves with all that came back when the other side closes. */
async function raw(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let received = ''
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_socket, chunk) {
        received += chunk.toString()
      },
      close: () => resolve(received),
    },
  })
  socket.write(text)
  return promise
}
const request = (target: string, ...headers: string[]) =>
  ['GET', target, `HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`].join(' ')
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

test('a composed gateway serves what its services answer', async () => {
  const { url } = setup()

  const response = await fetch(`${url}/api/rooms/`)

  expect(await response.json()).toEqual({ ok: true })
})

test('[GW1] crafted Host headers are refused on the wire', async () => {
  const { port } = setup()
  const answers = ['Host: evil.example', 'Host: localhost\r\nHost: evil.example', 'Host: a/api/rooms?', 'Host: x@localhost', 'Host: ']

  const statuses = await Promise.all(answers.map(async (header) => statusOf(await raw(port, request('/api/rooms/', header)))))

  expect(statuses).toEqual([421, 421, 421, 421, 421])
  expect(statusOf(await raw(port, request('/api/rooms/', 'Host: localhost')))).toBe(200)
})

test('[GW6] crafted paths reach no other route on the wire', async () => {
  const seen: string[] = []
  const { port } = setup({
    rooms: async ({ url }) => {
      seen.push(new URL(url).pathname)
      return Response.json({})
    },
  })
  const targets = [
    '/api/rooms/../../internal/memberships',
    '//api/rooms/',
    '/api/rooms/%2e%2e/%2e%2e/metrics',
    '/api/rooms/..%2f..%2fmetrics',
    '/api\\..\\metrics',
  ]

  const statuses = await Promise.all(targets.map(async (target) => statusOf(await raw(port, request(target, 'Host: localhost')))))

  expect(statuses).toEqual([404, 404, 404, 404, 404])
  expect(seen).toEqual([])
})

test('[GW8] a chunked body without an end is 413 with a problem body, and the connection does not outlive it', async () => {
  const { port } = setup()
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`

  const answer = await raw(
    port,
    `POST /api/rooms/create/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(20)}`,
  )

  expect(statusOf(answer)).toBe(413)
  expect(answer).toContain('"code":"payload_too_large"')
})

test('[GW9] a method nobody knows is 405 on the wire', async () => {
  const { port } = setup()

  const answer = await raw(port, 'TRACE /api/rooms/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')

  expect(statusOf(answer)).toBe(405)
})

test('[GW24] stopping lets a request under way finish, and takes no new connection', async () => {
  const { promise: asked, resolve: noteAsked } = Promise.withResolvers<void>()
  const { promise: answer, resolve: give } = Promise.withResolvers<Response>()
  const { url, stop } = setup({
    rooms: () => {
      noteAsked()
      return answer
    },
  })

  const underWay = fetch(`${url}/api/rooms/`)
  await asked
  const stopped = stop()
  const late = await fetch(`${url}/api/rooms/`).then(
    ({ status }) => status,
    () => 'refused',
  )
  give(Response.json({ finished: true }))

  expect(await (await underWay).json()).toEqual({ finished: true })
  expect(late).toBe('refused')
  await stopped
})

test('[GW24] stopping has the sockets drained, once', async () => {
  let drains = 0
  const { stop } = setup({
    sockets: {
      upgrade: () => undefined,
      websocket: { message() {} },
      async drain() {
        drains++
      },
    },
  })

  await Promise.all([stop(), stop()])

  expect(drains).toBe(1)
})

test('[GW19] a handshake becomes a socket', async () => {
  const { port } = setup({
    sockets: {
      upgrade: (incoming, server) => (server.upgrade(incoming, { data: undefined }) ? undefined : new Response(null, { status: 500 })),
      websocket: {
        open(socket) {
          socket.send('open')
        },
        message() {},
      },
      async drain() {},
    },
  })
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()

  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/room/7GQ4KX2M/`)
  socket.onmessage = ({ data }) => resolve(data)
  socket.onerror = () => reject(new Error('the handshake failed'))

  expect(await promise).toBe('open')
  socket.close()
})

test('[GW19] what the sockets refuse before the upgrade is a problem', async () => {
  const { url } = setup()

  const response = await fetch(`${url}/ws/room/7GQ4KX2M/`, { headers: { upgrade: 'websocket', connection: 'upgrade' } })

  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ code: 'unavailable' })
})

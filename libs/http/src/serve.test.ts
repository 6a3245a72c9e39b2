import { afterEach, expect, jest, spyOn, test } from 'bun:test'
import { createLog, Refusal, silentLog } from '@matinee/kernel'
import { createApp } from './app'
import { readBody, refuseLargeBody } from './body'
import { peerAddressOf } from './client-address'
import { createInternalSecret } from './internal-secret'
import { createMetrics } from './metrics'
import { type ServeOptions, serve } from './serve'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  for (const stop of stops.splice(0)) await stop()
})

function started(options: Partial<ServeOptions<undefined>> & Pick<ServeOptions<undefined>, 'fetch'>) {
  const served = serve({ port: 0, hostname: '127.0.0.1', portSetting: 'CINEMA_PORT', stopWithinMs: 5_000, ...options })
  stops.push(served.stop)
  return served
}

test('a port in use is told in one sentence that names the setting', () => {
  const { port } = started({ fetch: () => new Response() })

  const again = () => started({ port, fetch: () => new Response() })

  expect(again).toThrow(`Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another with CINEMA_PORT.`)
})

test('a connection may be quiet for longer than proxies keep theirs, which is two minutes for some', () => {
  const serving = spyOn(Bun, 'serve')

  started({ fetch: () => new Response() })

  expect(serving.mock.calls[0]?.[0]).toMatchObject({ idleTimeout: 255 })
})

test('stopping finishes a request in flight and takes no more', async () => {
  const arrived = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const served = started({
    async fetch() {
      arrived.resolve()
      await finish.promise
      return new Response('finished')
    },
  })
  const slow = fetch(served.url)
  await arrived.promise

  const stopped = served.stop()
  const late = fetch(served.url).catch((error: unknown) => error)

  expect(await late).toBeInstanceOf(Error)
  finish.resolve()
  const answer = await slow
  expect(answer.headers.get('connection')).toBe('close')
  expect(await answer.text()).toBe('finished')
  await stopped
})

test('a request that never ends does not keep the server from stopping', async () => {
  const arrived = Promise.withResolvers<void>()
  const served = started({
    stopWithinMs: 20,
    fetch() {
      arrived.resolve()
      return new Promise<Response>(() => {})
    },
  })
  const hanging = fetch(served.url).catch((error: unknown) => error)
  await arrived.promise

  await served.stop()

  expect(await hanging).toBeInstanceOf(Error)
})

test('a body of any announced size is refused by who would read it, not by Bun', async () => {
  const served = started({
    fetch(request) {
      refuseLargeBody(request, 64 * 1024)
      return new Response()
    },
  })

  const small = await fetch(served.url, { method: 'POST', body: new Uint8Array(64 * 1024 + 1) })
  const huge = await fetch(served.url, { method: 'POST', body: new Uint8Array(130 * 1024 * 1024) })

  for (const response of [small, huge]) {
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' })
  }
})

test('[G14] a body that is too large is counted among the refusals of the app that is served', async () => {
  const metrics = createMetrics({ service: 'cinema' })
  const app = createApp({ name: 'cinema', log: silentLog, metrics, internalSecret: createInternalSecret('a secret') })
  const served = started({ fetch: (request) => app.handle(request) })

  const response = await fetch(served.url, { method: 'POST', body: new Uint8Array(64 * 1024 + 1) })

  expect(response.status).toBe(413)
  expect(response.headers.has('x-request-id')).toBe(true)
  expect(await metrics.text()).toMatch(/http_refusals_total\{.*code="payload_too_large".*\} 1/)
})

test('a chunked body over the limit is 413 with a problem body, and the server goes on', async () => {
  const served = started({ fetch: async (request) => new Response(`${(await readBody(request, 64 * 1024)).byteLength}`) })
  let left = 64
  const body = new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(64 * 1024))
      else controller.close()
    },
  })

  const response = await fetch(served.url, { method: 'POST', body })
  const next = await fetch(served.url, { method: 'POST', body: 'hello' })

  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ code: 'payload_too_large' })
  expect(await next.text()).toBe('5')
})

test('what the handler throws is answered as a problem', async () => {
  const served = started({
    fetch() {
      throw new Refusal('misdirected_host')
    },
  })

  const response = await fetch(served.url)

  expect(response.status).toBe(421)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})

test('a bug that reaches the server is 500 with none of its words, and logged', async () => {
  const lines: string[] = []
  const served = started({
    log: createLog({ level: 'error', service: 'cinema', write: (line) => void lines.push(line) }),
    fetch() {
      throw new Error('the projector is on fire')
    },
  })

  const response = await fetch(served.url)

  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('projector')
  expect(lines.join('')).toContain('the projector is on fire')
})

test('the address at the other end of the connection is known', async () => {
  const served = started({ fetch: (request) => new Response(peerAddressOf(request)) })

  const response = await fetch(served.url)

  expect(await response.text()).toBe('127.0.0.1')
})

test('sockets are served where a handler is given, and stopping closes them', async () => {
  const served = serve<undefined>({
    port: 0,
    hostname: '127.0.0.1',
    portSetting: 'CINEMA_PORT',
    fetch: (request, server) => (server.upgrade(request, { data: undefined }) ? undefined : new Response('no socket')),
    websocket: { message: (socket, message) => void socket.send(message) },
  })
  stops.push(served.stop)
  const socket = new WebSocket(served.url.replace('http', 'ws'))
  const heard = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)))
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve))
  socket.addEventListener('open', () => socket.send('hello'))

  expect(await heard).toBe('hello')
  await served.stop()

  await closed
})

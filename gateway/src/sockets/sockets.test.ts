import { afterEach, describe, expect, test } from 'bun:test'
import { createMetrics } from '@matinee/http'
import { createManualClock, Refusal, silentLog } from '@matinee/kernel'
import { type AcceptLink, createMemoryLink } from '@matinee/link'
import type { SocketData } from '@matinee/socket'
import { createSockets } from '.'

const running: (() => void)[] = []
afterEach(() => {
  for (const stop of running.splice(0)) stop()
})

/** The sockets of a gateway on a real port, and what its sync nodes are sent. */
function setup({ maxSockets }: { maxSockets?: number } = {}) {
  const accepted: { readonly name: string; readonly frames: string[] }[] = []
  let wake = () => {}
  const acceptAs =
    (name: string): AcceptLink =>
    (end) => {
      const link = { name, frames: [] as string[] }
      accepted.push(link)
      wake()
      return {
        frame(text) {
          if (text.startsWith('H')) end.send(text)
          else link.frames.push(text)
          wake()
        },
        closed() {},
      }
    }
  const names = ['one']
  let changed = () => {}
  const metrics = createMetrics({ service: 'test' })
  const sockets = createSockets({
    nodes: {
      current: () => names.map((name) => ({ name, connect: createMemoryLink(acceptAs(name)) })),
      onChange: (listener) => {
        changed = listener
      },
    },
    prefix: 'g',
    clock: createManualClock(),
    log: silentLog,
    metrics,
    maxSockets,
    frameLimit: undefined,
    beatMs: 1_000,
    idleS: 25,
    parkMs: 30_000,
    drainMs: 40,
  })
  const server = Bun.serve<SocketData>({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => sockets.upgrade(request, self) as Response | undefined,
    websocket: sockets.websocket,
  })
  running.push(() => void server.stop(true))
  const connect = async () => {
    const frames: { type: string; after_ms?: number }[] = []
    const open = Promise.withResolvers<void>()
    const over = Promise.withResolvers<number>()
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/room/7GQ4KX2M/?token=t`)
    socket.onopen = () => open.resolve()
    socket.onmessage = ({ data }) => frames.push(JSON.parse(String(data)))
    socket.onclose = ({ code }) => over.resolve(code)
    await open.promise
    return { frames, over: over.promise }
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const addNode = (name: string) => {
    names.push(name)
    changed()
  }
  return { sockets, server, metrics, accepted, connect, until, addNode }
}

describe('sockets', () => {
  test('[GW37] a gateway that stops tells each client when to come back, and closes it with 1012 then', async () => {
    const { sockets, connect, accepted, until } = setup()
    await until(() => accepted.length === 1)
    const clients = await Promise.all([connect(), connect()])
    await until(() => accepted[0]?.frames.filter((frame) => frame.startsWith('O')).length === 2)

    await sockets.drain()

    expect(await Promise.all(clients.map(({ over }) => over))).toEqual([1012, 1012])
    const told = clients.map(({ frames }) => frames.find(({ type }) => type === 'RECONNECT')?.after_ms)
    expect(told.sort()).toEqual([0, 20])
  })

  test('[GW44] a socket more than may be open is refused before the upgrade and counted, and those who are in stay', async () => {
    const { sockets, server, metrics, connect } = setup({ maxSockets: 1 })
    const { frames, over } = await connect()
    const another = new Request('http://localhost/ws/room/7GQ4KX2M/', { headers: { upgrade: 'websocket' } })

    expect(() => sockets.upgrade(another, server)).toThrow(new Refusal('unavailable', { retryAfterMs: 5_000 }))
    await sockets.drain()

    expect(await over).toBe(1012)
    expect(frames.map(({ type }) => type)).toContain('RECONNECT')
    expect(await metrics.text()).toContain('gateway_socket_refusals_total{reason="full",service="test"} 1')
  })

  test('sockets and links are counted when somebody asks', async () => {
    const { sockets, metrics, accepted, connect, until } = setup()
    const counted = async () => {
      const text = await metrics.text()
      return ['gateway_sockets', 'gateway_links'].map((name) => Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1]))
    }
    await until(() => accepted.length === 1)
    await connect()
    expect(await counted()).toEqual([1, 1])

    await sockets.drain()
    expect(await counted()).toEqual([0, 0])
  })

  test('[GW36] a node that is named newly gets a link', async () => {
    const { accepted, addNode, until } = setup()
    await until(() => accepted.length === 1)

    addNode('two')
    await until(() => accepted.length === 2)

    expect(accepted.map(({ name }) => name)).toEqual(['one', 'two'])
  })
})

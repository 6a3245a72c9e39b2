import { describe, expect, test } from 'bun:test'
import { type Adoption, encodeToSync } from '@matinee/contracts'
import { silentLog } from '@matinee/kernel'
import { createMemoryLink } from '@matinee/link'
import { defaultSyncConfig } from '../config'
import { createDirectDoor } from '../doors/direct-door'
import { createLinkDoors } from '../doors/link-door'
import type { Client } from './gateway.fixture'
import { ana, ben, code, createStage, type StagedNode, settled } from './stage.fixture'

const { beatMs, leaseMs, linkIdleMs } = defaultSyncConfig
/** How often a node ticks. */
const tickMs = 1_000

/** A stage whose nodes live by the clock as in a process of their own, with the settings that are the defaults. */
function setup({ crowdPeople = 200 } = {}) {
  const stage = createStage({ bounds: { crowdPeople }, leaseMs })
  let sinceBeatMs = 0
  /** Lets time pass on those nodes that are alive, until the host has been told that Ben has gone; tells how long that took. */
  async function untilTold(host: Client, alive: readonly StagedNode[], also: () => void = () => {}): Promise<number> {
    let passedMs = 0
    const told = () =>
      host.got.some(({ type, left }) => type === 'USER_LEFT' || (type === 'PRESENCE' && left?.some(({ id }) => id === ben)))
    for (; !told() && passedMs < 60_000; passedMs += tickMs) {
      stage.clock.advance(tickMs)
      sinceBeatMs = (sinceBeatMs + tickMs) % beatMs
      for (const { node } of alive) {
        if (sinceBeatMs === 0) await node.upkeep.beat()
        node.upkeep.tick()
      }
      also()
      await settled()
    }
    return passedMs
  }
  return { stage, untilTold }
}

/** A client that opens a socket and never says a word, not even that it is there: what the server sends it is not read. */
const openSilent = (port: number, token: string) =>
  Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open(socket) {
        const upgrade =
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2lsZW50IGFsbCBkYXkhIQ=='
        socket.write(`GET /ws/room/${code}?token=${token} HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n\r\n`)
      },
      data() {},
    },
  })

describe('a ghost is gone', () => {
  test.each([
    ['a clean leave', 1000, 1_000],
    ['a broken connection', 1006, 6_000],
  ])('[G7] after %s (%d) within %d ms, and a tick', async (_, closeCode, boundMs) => {
    const { stage, untilTold } = setup()
    const north = await stage.node()
    const [host, client] = [await north.enter(ana), await north.enter(ben)]

    client.leaves(closeCode)
    const tookMs = await untilTold(host, [north])

    expect(tookMs).toBeGreaterThanOrEqual(boundMs)
    expect(tookMs).toBeLessThanOrEqual(boundMs + tickMs)
  })

  test.each([
    [1000, 1_000, false],
    [1006, 6_000, false],
    [1006, 6_000, true],
  ])('[G7] after a close with %d at %d ms, without waiting for a tick, unless it is back: %p', async (closeCode, dueMs, isBack) => {
    const woken: { inMs: number; run: () => void }[] = []
    const stage = createStage({ wakeIn: (inMs, run) => void woken.push({ inMs, run }) })
    const north = await stage.node()
    const [host, client] = [await north.enter(ana), await north.enter(ben)]

    client.leaves(closeCode)
    if (isBack) north.gateway.adopt([client])
    await settled()
    stage.clock.advance(dueMs)
    const due = woken.filter(({ inMs }) => inMs === dueMs)
    for (const { run } of due) run()
    await settled()

    expect(due).toHaveLength(1)
    expect(host.types().includes('USER_LEFT')).toBe(!isBack)
  })

  test('[G7] half-open, within 35 s', async () => {
    const { stage, untilTold } = setup()
    const north = await stage.node()
    const host = await north.enter(ana)
    const own = { allowedOrigins: [], frameLimit: undefined, handshakeLimit: undefined }
    const direct = createDirectDoor({ node: north.node, prefix: 'd', clock: stage.clock, ...own })
    const server = Bun.serve({ port: 0, websocket: direct.websocket, fetch: (request, served) => direct.fetch(request, served) })
    const silent = await openSilent(server.port ?? 0, stage.tokens.issue(ben))
    await host.next('USER_JOINED')

    const tookMs = await untilTold(host, [north], direct.tick)

    expect(tookMs).toBeGreaterThan(25_000)
    expect(tookMs).toBeLessThanOrEqual(35_000)
    silent.terminate()
    await server.stop(true)
  })

  test.each([0, 1_000, 1_800])('[G7] of a killed sync node, within 12 s, %d ms after its last beat', async (afterMs) => {
    const { stage, untilTold } = setup()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    await south.enter(ben)
    await south.node.upkeep.beat()
    stage.clock.advance(afterMs)

    const tookMs = await untilTold(host, [north])

    expect(tookMs).toBeLessThanOrEqual(12_000)
  })

  test('[G7] of a killed sync node in a crowd, within 12 s', async () => {
    const { stage, untilTold } = setup({ crowdPeople: 1 })
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    await south.enter(ben)

    const tookMs = await untilTold(host, [north])

    expect(tookMs).toBeLessThanOrEqual(12_000)
  })

  test('[G7] of a sync node that was alone, within 12 s of its end, on the one that comes after it', async () => {
    const { stage, untilTold } = setup()
    const lost = await stage.node()
    await lost.enter(ben)
    stage.clock.advance(3_000)
    const next = await stage.node()
    const host = await next.enter(ana)

    const tookMs = await untilTold(host, [next])

    expect(3_000 + tookMs).toBeLessThanOrEqual(12_000)
  })

  test('[G7] of a killed gateway, within 12 s, though its links end without a word', async () => {
    const { stage, untilTold } = setup()
    const north = await stage.node()
    const doors = createLinkDoors({ node: north.node, clock: stage.clock, logger: silentLog, idleMs: linkIdleMs })
    const host = await north.enter(ana)
    const link = await createMemoryLink(doors.accept)({ frame() {}, closed() {} })
    const request = { room: code, token: stage.tokens.issue(ben), lobby: false }
    link.send(encodeToSync({ op: 'open', connection: 'c1', request }))
    await host.next('USER_JOINED')

    const tookMs = await untilTold(host, [north], () => doors.tick())

    expect(tookMs).toBeGreaterThan(linkIdleMs)
    expect(tookMs).toBeLessThanOrEqual(12_000)
  })

  test('[G7] nobody who is there is taken for one, whatever node has them', async () => {
    const { stage, untilTold } = setup()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const client = await south.enter(ben)
    const topic: Partial<Adoption> = { released: false }

    // Its node is killed; its gateway brings it to another one a moment later.
    stage.clock.advance(3_000)
    const [moved] = north.gateway.adopt([client], topic)
    await moved?.next('RECOVERED')
    const tookMs = await untilTold(host, [north])

    expect(tookMs).toBe(60_000)
    expect(north.node.rooms.get(code)?.replica.people.size).toBe(2)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Refusal, silentLog } from '@matinee/kernel'
import { type RedisCluster, startRedisCluster, until } from '@matinee/test/support'
import { Redis } from 'ioredis'
import type { LogEntry } from '../domain/log-entry'
import type { RoomLog } from '../ports'
import { ageOnRedis } from './contract/redis-ageing'
import { ana, ben, chat, createInbox, known, person, roomRow } from './contract/stage'
import { askTopology, slotOf } from './redis-topology'
import { holdsRoomLog } from './room-log.contract'
import { openRedisRoomLog } from './room-log.redis'

let cluster: RedisCluster
let raws: readonly Redis[]
/** Their replicas among them. */
let servers: readonly Redis[]
const logs = new Set<RoomLog>()
beforeAll(async () => {
  cluster = await startRedisCluster()
  raws = cluster.primaries.map(({ url }) => new Redis(url))
  servers = cluster.url.split(',').map((url) => new Redis(url))
  for (const client of [...raws, ...servers]) client.on('error', () => {})
}, 30_000)
afterAll(async () => {
  for (const client of [...raws, ...servers]) client.disconnect()
  await Promise.all([...logs].map((log) => log.stop()))
  await cluster.stop()
})

async function openNode(node: string, bounds = {}): Promise<RoomLog> {
  const [first = '', ...others] = cluster.url.split(',')
  const log = openRedisRoomLog({ urls: [first, ...others], node, log: silentLog, commandTimeoutMs: 1_500, ...bounds })
  logs.add(log)
  await until(() => log.connected())
  return log
}

holdsRoomLog('room log on a Redis Cluster', async (bounds) => ({
  // No answer is late here, however long a busy machine takes for thousands of calls at once.
  node: (name) => openNode(name, { bounds, commandTimeoutMs: 5_000 }),
  async age(room, byMs) {
    for (const raw of raws) await ageOnRedis(raw, room, byMs)
  },
  async stop() {
    await Promise.all([...logs].map((log) => log.stop()))
    logs.clear()
  },
}))

/** A room on the server of that number, by its code. */
async function roomAt(server: number): Promise<string> {
  const { port } = cluster.primaries[server] ?? {}
  const topology = await askTopology(cluster.url.split(',').at(-1) ?? '', 1_000)
  for (;;) {
    const code = crypto.randomUUID().slice(0, 8).toUpperCase()
    if (topology.ownerOf(slotOf(`{${code}}:state`)) === `127.0.0.1:${port}`) return code
  }
}

/** How often nodes have asked how the cluster is made up. */
async function timesLookedAt(): Promise<number> {
  const stats = await Promise.all(servers.map((server) => server.info('commandstats')))
  return stats.reduce((sum, text) => sum + Number(/cmdstat_cluster\|slots:calls=(\d+)/.exec(text)?.[1] ?? 0), 0)
}

async function openRoom(code: string) {
  const participants = [person(code, { user_id: ana, role: 'host' }), person(code, { user_id: ben, display_name: 'Ben' })]
  const seed = { room: roomRow({ room_code: code }), participants, epoch: 'first', rowsTo: 1 }
  const [log, south] = await Promise.all([openNode('north'), openNode('south')])
  const heard = createInbox()
  const serve = () => log.open(code, { node: 'north', liveNodes: ['north', 'south'], listener: heard.listener })
  await log.open(code, { node: 'north', liveNodes: ['north', 'south'], listener: heard.listener, seed })
  const visit = () => south.open(code, { node: 'south', liveNodes: ['north', 'south'], listener() {} })
  await visit()
  return { log, south, heard, serve, visit }
}

describe('a Redis Cluster', () => {
  test('the slot of a key is that of its hash tag, as the servers have it', async () => {
    const keys = ['123456789', '{CINEMA00}:state', '{CINEMA00}:live', 'matinee:nodes', '{}x', 'a{b', '{☾}']

    const told = await Promise.all(keys.map((key) => raws[0]?.cluster('KEYSLOT', key)))

    expect(keys.map(slotOf)).toEqual(told.map(Number))
  })

  test('[LG15] rooms on all of its servers are served at once, each heard on its own channel', async () => {
    const codes = await Promise.all([0, 1, 2].map(roomAt))
    const rooms = await Promise.all(codes.map(openRoom))

    const outcomes = await Promise.all(
      rooms.map(({ south }, i) => south.append(codes[i] ?? '', chat({ epoch: 'first', node: 'south', text: `room ${i}` }))),
    )

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['appended', 'appended', 'appended'])
    for (const [i, { heard }] of rooms.entries()) {
      expect((await heard.atLeast(1)).map(({ payload }) => JSON.parse(payload).message)).toEqual([`room ${i}`])
    }
  })

  test('[LG15] [UP5] while all is well nobody hears of an outage, however long a room is served', async () => {
    const { log, south } = await openRoom(await roomAt(0))
    const changes: boolean[] = []
    for (const each of [log, south]) each.onConnected((connected) => changes.push(connected))

    // All look at the cluster equally often, so each has by then.
    const before = await timesLookedAt()
    await until(async () => (await timesLookedAt()) - before >= logs.size, { withinMs: 15_000, everyMs: 100 })

    expect(changes).toEqual([])
  })

  test('a server named alone is not taken for a single one', async () => {
    const lines: unknown[] = []
    const log = { ...silentLog, warn: (_: string, fields?: object) => void lines.push(fields) }
    const alone = openRedisRoomLog({ urls: [cluster.primaries[0]?.url ?? ''], node: 'alone', log })
    logs.add(alone)

    await until(() => lines.length > 0)

    expect(alone.connected()).toBe(false)
    expect(String(Bun.inspect(lines))).toContain('several have to be named')
  })

  test('[G1] [LG15] a slot that is moved away and back: an epoch of its own each time, with all there was', async () => {
    const code = await roomAt(2)
    const { log, south, serve, visit } = await openRoom(code)
    const epochs = ['first']
    const said: string[] = []

    for (let round = 0; round < 4; round++) {
      const [epoch = '', text] = [epochs.at(-1), `line ${round}`]
      await until(async () => (await south.append(code, chat({ epoch, node: 'south', text, commandId: text }))).outcome !== 'epoch')
      said.push(text)
      await cluster.moveSlot(`{${code}}:state`)
      const opened = await until(async () => log.connected() && (await visit()) && (await serve()))
      epochs.push(known(opened || undefined).epoch)
    }

    const image = known(await serve())
    expect(new Set(epochs).size).toBe(5)
    for (const epoch of epochs) expect(epoch).toMatch(/^[a-z0-9]{1,32}$/)
    expect(image.seq).toBe(4)
    expect(image.chats.map((line) => JSON.parse(line).message)).toEqual(said)
  }, 20_000)

  // Last, for it leaves the cluster with a server less.
  test('[LG15] rides over the loss of a primary: refused meanwhile, then all that was acknowledged is there, under another epoch', async () => {
    const [code, elsewhere] = await Promise.all([roomAt(1), roomAt(0)])
    const { log, south, heard, serve, visit } = await openRoom(code)
    const other = await openRoom(elsewhere)
    const [primary, replica] = [cluster.primaries[1], cluster.replicas[1]]
    if (!primary || !replica) throw new Error('there is no such server')
    const acknowledged: LogEntry[] = []
    for (let i = 0; i < 50; i++) {
      const outcome = await south.append(code, chat({ epoch: 'first', node: 'south', text: `line ${i}`, commandId: `id ${i}` }))
      if (outcome.outcome === 'appended') acknowledged.push(outcome.entry)
    }
    const replicated = new Redis(replica.url)
    await replicated.readonly()
    await until(async () => (await replicated.hget(`{${code}}:state`, 'seq')) === '50')
    replicated.disconnect()

    const killedAtMs = performance.now()
    await primary.kill()
    const refusal = await until(() => south.touch([code]).catch((error: unknown) => error))
    const going = await other.south.append(elsewhere, chat({ epoch: 'first', node: 'south', text: 'not concerned' })).catch(() => {})
    await until(() => log.connected() && south.connected(), { withinMs: 15_000 })
    const tookMs = performance.now() - killedAtMs
    // Servers that were out of each other's sight take no calls for a moment, though each has its slots.
    const blind = await until(() => south.append(code, chat({ epoch: 'first', node: 'south', text: 'under the old name' })))
    const image = known(await until(serve))
    await visit()
    const repeated = await south.append(code, chat({ epoch: image.epoch, node: 'south', text: 'line 49', commandId: 'id 49' }))
    const before = heard.entries.length
    const next = await south.append(code, chat({ epoch: image.epoch, node: 'south', text: 'after', commandId: 'after' }))
    await heard.atLeast(before + 1)

    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ code: 'read_only' })
    expect(acknowledged).toHaveLength(50)
    expect([image.seq, image.chats]).toEqual([50, acknowledged.map(({ payload }) => payload)])
    expect(blind).toEqual({ outcome: 'epoch' })
    expect(image.epoch).not.toBe('first')
    expect(repeated).toEqual({ outcome: 'repeated', seq: 50 })
    expect(next).toMatchObject({ outcome: 'appended', entry: { seq: 51 } })
    expect(heard.entries.at(-1)?.seq).toBe(51)
    // A room on a server that lives has the epoch that it had, whether or not the cluster took writes meanwhile.
    expect([undefined, 'appended']).toContain(going?.outcome)
    expect(known(await until(other.serve)).epoch).toBe('first')
    expect(tookMs).toBeLessThan(12_000)
  }, 30_000)
})

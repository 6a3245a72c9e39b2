import { afterAll, beforeAll, test } from 'bun:test'
import { createManualClock, silentLog } from '@matinee/kernel'
import { startRedis, type TestServer, until } from '@matinee/test/support'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { type ModelWorld, runSteps } from './contract/model-run'
import { arbitrarySteps, type Fault } from './contract/model-steps'
import { defaultBounds } from './room-log.bounds'
import { createMemoryRoomLog } from './room-log.memory'
import { openRedisRoomLog } from './room-log.redis'

/** `FC_SEED=… bun test room-log.model` does the same again; `MODEL_SECONDS` says for how long to look. */
const seed = Number(Bun.env['FC_SEED'] ?? Date.now() % 2 ** 31)
const searchMs = Number(Bun.env['MODEL_SECONDS'] ?? 6) * 1_000
/** In memory that many runs take a few seconds; with `MODEL_SECONDS` there are as many as there is time for. */
const runsInMemory = Bun.env['MODEL_SECONDS'] === undefined ? 3_000 : 1_000_000

/** So small that much is let go. */
const bounds = { ...defaultBounds, keptEvents: 40, keptMs: 0, keptEntries: 256, keptBytes: 40_000 }

async function holds(
  world: ModelWorld,
  faults: readonly Fault[],
  limits: { readonly numRuns: number; readonly interruptAfterTimeLimit?: number },
): Promise<void> {
  const property = fc.asyncProperty(arbitrarySteps(faults), (steps) => runSteps(world, steps))
  // Some in any case: a busy machine may have no time for more.
  await fc.assert(property, { seed, numRuns: 6 })
  await fc.assert(property, { seed: seed + 1, ...limits })
}

let server: TestServer
let raw: Redis
beforeAll(async () => {
  server = await startRedis({ more: ['--enable-debug-command', 'yes'] })
  raw = new Redis(server.url)
})
afterAll(async () => {
  raw.disconnect()
  await server.stop()
})

test(
  `[LG16] a room log in memory does as the model does, replaced nodes and lost logs among it, ${runsInMemory} times (FC_SEED=${seed})`,
  async () => {
    const clock = createManualClock()
    const names = { north: 'north-of-the-model', south: 'south-of-the-model' }
    let log = createMemoryRoomLog({ clock, bounds })
    const nodes = { north: log.forNode(names.north), south: log.forNode(names.south) }
    await holds(
      {
        nodes,
        ...bounds,
        tick: () => clock.advance(1),
        restart: async () => {},
        replicate: async () => {},
        failover: async () => false,
        async replace(node) {
          await nodes[node].stop()
          nodes[node] = log.forNode(names[node])
        },
        async lose() {
          log = createMemoryRoomLog({ clock, bounds })
          for (const node of ['north', 'south'] as const) nodes[node] = log.forNode(names[node])
        },
      },
      ['replace', 'lose'],
      { numRuns: runsInMemory, ...(runsInMemory > 3_000 ? { interruptAfterTimeLimit: searchMs } : {}) },
    )
  },
  searchMs * 2 + 60_000,
)

test(
  `[G1] [LG12, LG13] a room log on Redis does as the model does, restarts and lost tails among it, for ${searchMs / 1_000} s (FC_SEED=${seed})`,
  async () => {
    const [north, south] = ['north-of-the-model', 'south-of-the-model'].map((node) =>
      openRedisRoomLog({ urls: [server.url], node, log: silentLog, commandTimeoutMs: 5_000, bounds }),
    )
    if (!north || !south) throw new Error('there are two nodes')
    await until(() => north.connected() && south.connected())
    const replica = new Map<string, readonly { readonly key: string; readonly data: Buffer; readonly endMs: number }[]>()
    /** As a server does that was promoted or started: another id, and connections that are new. */
    const reignAnew = async () => {
      const reconnected = Promise.all(
        [north, south].map((log) => new Promise<void>((resolve) => log.onConnected((connected) => connected && resolve()))),
      )
      await raw.call('DEBUG', 'CHANGE-REPL-ID')
      await raw.client('KILL', 'TYPE', 'NORMAL')
      await reconnected
    }
    try {
      await holds(
        {
          nodes: { north, south },
          ...bounds,
          tick() {},
          restart: reignAnew,
          async replicate(room) {
            const keys = await raw.keys(`{${room}}:*`)
            const copy = keys.map(async (key) => ({ key, data: (await raw.dumpBuffer(key)) ?? Buffer.of(), endMs: await raw.pttl(key) }))
            replica.clear()
            replica.set(room, await Promise.all(copy))
          },
          async failover(room) {
            const copy = replica.get(room)
            if (!copy) return false
            await raw.del(await raw.keys(`{${room}}:*`))
            for (const { key, data, endMs } of copy) await raw.restore(key, endMs, data)
            await reignAnew()
            return true
          },
          async replace() {},
          async lose() {},
        },
        ['restart', 'replicate', 'failover'],
        { numRuns: 1_000_000, interruptAfterTimeLimit: searchMs },
      )
    } finally {
      await Promise.all([north.stop(), south.stop()])
    }
  },
  searchMs * 2 + 10_000,
)

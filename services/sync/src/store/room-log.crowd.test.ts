import { afterAll, beforeAll, test } from 'bun:test'
import { createManualClock, silentLog } from '@matinee/kernel'
import { startRedis, type TestServer, until } from '@matinee/test/support'
import * as fc from 'fast-check'
import { type CrowdWorld, crowdSteps, runCrowd } from './contract/crowd-run'
import { defaultBounds } from './room-log.bounds'
import { createMemoryRoomLog } from './room-log.memory'
import { openRedisRoomLog } from './room-log.redis'

/** `FC_SEED=… bun test room-log.crowd` does the same again; `MODEL_SECONDS` says for how long to look. */
const seed = Number(Bun.env['FC_SEED'] ?? Date.now() % 2 ** 31)
const searchMs = Number(Bun.env['MODEL_SECONDS'] ?? 2) * 1_000

const bounds = { ...defaultBounds, crowdPeople: 2, crowdPauseMs: 4 }

async function holds(world: CrowdWorld): Promise<void> {
  const property = fc.asyncProperty(crowdSteps, (steps) => runCrowd(world, steps))
  // Some in any case: a busy machine may have no time for more.
  await fc.assert(property, { seed, numRuns: 6 })
  await fc.assert(property, { seed: seed + 1, numRuns: 1_000_000, interruptAfterTimeLimit: searchMs })
}

let server: TestServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

test(
  `[G11] [PR8] who is there is what the events say, of a crowd too, in memory (FC_SEED=${seed})`,
  async () => {
    const clock = createManualClock()
    const log = createMemoryRoomLog({ clock, bounds })
    await holds({ nodes: { north: log.forNode('north'), south: log.forNode('south') }, pass: async (ms) => clock.advance(ms) })
  },
  searchMs * 2 + 10_000,
)

test(
  `[G11] [PR8] who is there is what the events say, of a crowd too, on Redis (FC_SEED=${seed})`,
  async () => {
    const [north, south] = ['north', 'south'].map((node) =>
      openRedisRoomLog({ urls: [server.url], node, log: silentLog, commandTimeoutMs: 5_000, bounds }),
    )
    if (!north || !south) throw new Error('there are two nodes')
    await until(() => north.connected() && south.connected())
    try {
      // Redis' clock cannot be moved: calls take some of a pause each, and a few more of them some more.
      const pass = async (ms: number) => {
        for (let call = 0; call < ms * 4; call++) await north.beat('north', 60_000)
      }
      await holds({ nodes: { north, south }, pass })
    } finally {
      await Promise.all([north.stop(), south.stop()])
    }
  },
  searchMs * 2 + 10_000,
)

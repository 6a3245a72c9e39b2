import { afterAll, describe, expect } from 'bun:test'
import { RedisClient } from 'bun'
import { sumOf } from '../support/app-process'
import { startDistributed } from '../support/distributed'
import { faultsOn } from '../support/journey'
import { type Party, startParty } from '../support/party'
import type { Scene } from '../support/scene'
import { faultSeed } from '../support/seed'
import { until } from '../support/until'

// Two gateways may use either node, the third is tied to the second: each room's people sit on both.
const seed = faultSeed()
const stack = await startDistributed({
  ...{ gateways: [[0, 1], [0, 1], [1]], syncs: 2, wired: ['links', 'redis'], seed: seed.number },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const [first] = stack.syncs
if (!first) throw new Error('there should be a node')
const links = [stack.wire('gateway 0', 'sync 0'), stack.wire('gateway 1', 'sync 0')]
const redisWires = [stack.wire('sync 0', 'redis'), stack.wire('sync 1', 'redis')] as const

describe(`wires, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  /** The talk goes on through the fault and after it, no socket closes, and the history is sound. */
  const rides = (
    name: string,
    befall: (parties: readonly Party[]) => Promise<void>,
    { toldGone = false }: { toldGone?: boolean | 'maybe' } = {},
  ) =>
    fault(name, async (scene) => {
      const parties = await gather(scene, name)
      const endings = () => parties.flatMap(({ viewers }) => viewers.flatMap((viewer) => viewer.endings))
      // What is left of the fault before this one may have sent some away on their way in.
      const before = endings().length
      try {
        await befall(parties)
      } finally {
        for (const wire of stack.wires.values()) wire.heal()
      }
      await stack.linked(10_000)
      await Promise.all(parties.map((party) => party.goesOn(5)))

      for (const party of parties) await party.settles()
      const viewers = parties.flatMap((party) => party.viewers)
      expect(endings().slice(before)).toEqual([])
      const left = viewers.flatMap(({ history }) => history.frames).filter((text) => text.includes('"type":"USER_LEFT"'))
      if (toldGone !== 'maybe') expect(left.length > 0).toBe(toldGone)
      await Promise.all(parties.map((party) => party.ends()))
    })

  rides('links that are reset: their topics go on elsewhere', async (parties) => {
    for (let round = 0; round < 5; round++) {
      for (const wire of links) wire.reset()
      await Promise.all(parties.map((party) => party.goesOn(3)))
    }
  })

  for (const [what, direction] of [
    ['both ways', 'both'],
    ['towards the node', 'up'],
    ['towards the gateway', 'down'],
  ] as const) {
    rides(`links that swallow everything, ${what}: missed beats tell, and their topics go on elsewhere`, async (parties) => {
      const before = await moved()
      for (const wire of links) wire.set({ flow: 'lost' }, direction)
      await until(async () => (await moved()) > before)
      await Promise.all(parties.map((party) => party.goesOn(10)))
    })
  }

  rides('links that stop for longer than they are waited for, and then bring what is old', async (parties) => {
    const before = await moved()
    for (const wire of links) wire.set({ flow: 'held' })
    await until(async () => (await moved()) > before)
    await Promise.all(parties.map((party) => party.goesOn(5)))
    for (const wire of links) wire.heal()
    await Promise.all(parties.map((party) => party.goesOn(5)))
  })

  rides('links over a long and uneven way', async (parties) => {
    for (const wire of links) wire.set({ latencyMs: 80, jitterMs: 80 })
    await Promise.all(parties.map((party) => party.goesOn(10)))
  })

  rides('Redis 200 ms away from every node', async (parties) => {
    for (const wire of redisWires) wire.set({ latencyMs: 100, jitterMs: 50 })
    await Promise.all(parties.map((party) => party.goesOn(5)))
  })

  // The short lease of tests may run out before that.
  rides(
    '[AD16] [GW39] Redis out of reach of one node only: its rooms go on at the other one',
    async (parties) => {
      const before = await moved()
      redisWires[0].set({ flow: 'lost' })
      await until(async () => (await moved()) > before)
      await Promise.all(parties.map((party) => party.goesOn(10)))
    },
    { toldGone: 'maybe' },
  )

  rides(
    'Redis out of reach of a node, and no other to go to, for longer than its lease: its people are told, count as gone, and are back when it is',
    async (parties) => {
      // The third gateway knows no other.
      redisWires[1].set({ flow: 'lost' })
      const frames = () => parties.flatMap(({ viewers }) => viewers.flatMap(({ client }) => client.frames))
      await until(() => frames().some((frame) => frame.type === 'NOTICE' && frame.code === 'read_only'))
      await until(() => frames().some(({ type }) => type === 'USER_LEFT'), { withinMs: 15_000 })
    },
    { toldGone: true },
  )

  rides('every connection to Redis reset, again and again', async (parties) => {
    for (let round = 0; round < 5; round++) {
      for (const wire of redisWires) wire.reset()
      await Promise.all(parties.map((party) => party.goesOn(2)))
    }
  })

  rides('the connections that hear the channels killed, again and again', async (parties) => {
    const operator = new RedisClient(stack.redis.url)
    const hear = async () => String(await operator.send('CLIENT', ['LIST', 'TYPE', 'pubsub'])).match(/^id=/gm)?.length ?? 0
    for (let round = 0; round < 5; round++) {
      // The talk goes on without them, so they may not be there again yet.
      await until(async () => (await hear()) >= stack.syncs.length)
      await operator.send('CLIENT', ['KILL', 'TYPE', 'pubsub'])
      await Promise.all(parties.map((party) => party.goesOn(2)))
    }
    operator.close()
  })
})

/** Rooms whose people all talk; some rooms are on the first node, and all have somebody on the second. */
async function gather(scene: Scene, name: string): Promise<readonly Party[]> {
  await stack.linked()
  // Those whom a link that was lost has left behind are there until the node misses its beats.
  await until(async () => (await first?.metric('sync_sessions')) === 0, { withinMs: 15_000 })
  const random = seed.random(name)
  const parties: Party[] = []
  // Rooms stay open for a while after their people: these count, for it is they who are to be moved.
  while (parties.length < 3 || (await first?.metric('sync_sessions')) === 0)
    parties.push(await startParty({ scene, random, guests: 5, pauseMs: 20 }))
  await Promise.all(parties.map((party) => party.goesOn(5)))
  return parties
}

const moved = (): Promise<number> => sumOf(stack.gateways, 'gateway_connections_moved_total')

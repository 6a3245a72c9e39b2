import { afterAll, describe, expect } from 'bun:test'
import { RedisClient } from 'bun'
import { startDistributed } from '../support/distributed'
import { openFaultProxy } from '../support/fault-proxy'
import { faultsOn } from '../support/journey'
import { type Party, startParty } from '../support/party'
import { startRedis } from '../support/redis'
import { faultSeed } from '../support/seed'
import type { TestServer } from '../support/server'
import { until } from '../support/until'

const seed = faultSeed()
let primary = await startRedis({ appendonly: true })
let replica = await replicaOf(primary)
// Each room's people sit on both nodes.
const stack = await startDistributed({
  ...{ gateways: [[0], [1]], syncs: 2, redis: primary, wired: ['redis'], seed: seed.number },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(async () => {
  await stack.stop()
  replica.wire.stop()
  for (const server of [primary, replica.server]) await server.kill()
})
const addresses = [stack.wire('sync 0', 'redis'), stack.wire('sync 1', 'redis')] as const

describe(`a replica of Redis that lacks the tail, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  for (const [how, turn] of Object.entries({
    'takes the place of a primary that is lost': async () => {
      await primary.kill()
      for (const address of addresses) address.turnTo(replica.server.port)
    },
    'is promoted while the primary goes on, and the nodes turn to it one after the other': async (party: Party) => {
      const [first, second] = addresses
      first.turnTo(replica.server.port)
      // The second goes on with the old primary: the people of the room are on two logs.
      await untilTold(party, 1)
      second.turnTo(replica.server.port)
    },
  }))
    fault(`[G1] [G4] [LG12] ${how}: no place is given twice, and everybody is told so`, async (scene) => {
      const party = await startParty({ scene, random: seed.random(how), guests: 5, pauseMs: 5 })
      await party.goesOn(10)
      const { epoch, seq } = party.viewers[0].client
      await until(async () => (await replica.lastPlace(party.code)) >= seq)

      replica.wire.set({ flow: 'held' }, 'down')
      await party.goesOn(10)
      await replica.promote()
      const kept = await replica.lastPlace(party.code)
      await turn(party)
      await untilTold(party, party.viewers.length)
      await party.goesOn(10)
      const { commands } = await party.settles()

      const lost = commands.filter(({ outcome }) => outcome.kind === 'acked' && outcome.epoch === epoch && outcome.seq > kept)
      expect(kept).toBeGreaterThanOrEqual(seq)
      // Of what each of the six had acknowledged while the wire was held, two lines may have been on their way before.
      expect(lost.length).toBeGreaterThanOrEqual(6 * (10 - 2))
      expect(party.viewers.flatMap(({ endings }) => endings)).toEqual([])
      expect(new Set(party.viewers.map(({ client }) => client.epoch)).size).toBe(1)
      expect(party.viewers[0].client.epoch).not.toBe(epoch)
      await party.ends()
      await primary.kill()
      replica.wire.stop()
      primary = replica.server
      replica = await replicaOf(primary)
    })
})

/** Resolves when so many have been given a snapshot because their log has become another. */
const untilTold = (party: Party, count: number): Promise<unknown> =>
  until(() => party.viewers.filter(({ client }) => client.frames.some(isOfAnotherLog)).length >= count, { withinMs: 10_000 })

const isOfAnotherLog = (frame: Party['viewers'][0]['client']['frames'][number]): boolean =>
  frame.type === 'ROOM_STATE' && !frame.resumed && frame.reason === 'epoch'

/** A replica that has all that the primary has; what comes to it from there goes over a wire of its own. */
async function replicaOf(primary: TestServer) {
  await asked(primary, 'CONFIG', 'SET', 'repl-diskless-sync-delay', '0')
  const wire = openFaultProxy({ target: primary.port, seed: seed.number })
  const server = await startRedis({ more: ['--replicaof', `127.0.0.1 ${wire.port}`] })
  await until(async () => (await asked(server, 'INFO', 'replication')).includes('master_link_status:up'), { withinMs: 10_000 })
  return {
    server,
    wire,
    promote: () => asked(server, 'REPLICAOF', 'NO', 'ONE'),
    lastPlace: async (code: string) => Number(await asked(server, 'HGET', `{${code}}:state`, 'seq')),
  }
}

async function asked({ url }: TestServer, command: string, ...words: string[]): Promise<string> {
  const operator = new RedisClient(url)
  try {
    return String(await operator.send(command, words))
  } finally {
    operator.close()
  }
}

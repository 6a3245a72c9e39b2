import { afterAll, describe, expect } from 'bun:test'
import { startDistributed } from '../support/distributed'
import { faultsOn } from '../support/journey'
import { type Party, startParty } from '../support/party'
import { startRedisCluster } from '../support/redis-cluster'
import { faultSeed } from '../support/seed'

const seed = faultSeed()
const cluster = await startRedisCluster()
// Each room's people sit on both nodes.
const stack = await startDistributed({
  ...{ gateways: [[0], [1]], syncs: 2, redisUrl: cluster.url },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(async () => {
  await stack.stop()
  await cluster.stop()
})

describe(`a Redis Cluster, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault(
    "[LG15] a room's slot is moved to another server while people talk, and back: nobody is sent away, nothing is lost",
    async (scene) => {
      const parties = await Promise.all(
        [0, 1, 2].map((at) => startParty({ scene, random: seed.random(`slot ${at}`), guests: 3, pauseMs: 10 })),
      )
      const goOn = (lines: number) => Promise.all(parties.map((party) => party.goesOn(lines)))
      await goOn(5)

      for (let round = 0; round < 4; round++) {
        // Two servers that send each other keys would wait for each other.
        for (const { code } of parties) await cluster.moveSlot(`{${code}}:state`)
        await goOn(5)
      }
      await soundlyEnded(parties)
    },
  )

  fault('[LG15] a room whose people are silent hears what is said first after its slot was moved', async ({ room }) => {
    const { code, clients } = await room(1)
    const [hosts, bens = hosts] = clients

    await cluster.moveSlot(`{${code}}:state`)
    await Promise.all(clients.map((client) => client.next('ROOM_STATE', (state) => !state.resumed && state.reason === 'epoch', 10_000)))
    const seq = await hosts.command({ type: 'CHAT_MESSAGE', message: 'where are we?' })

    await bens.reaches(seq)
    expect(clients.map(({ isOpen }) => isOpen)).toEqual([true, true])
  })

  // Last, for it leaves the cluster with a server less.
  fault(
    '[LG15] the primary that has their room is killed while people talk: nobody is sent away, and its replica goes on',
    async (scene) => {
      const parties = await Promise.all(
        [0, 1, 2].map((at) => startParty({ scene, random: seed.random(`kill ${at}`), guests: 3, pauseMs: 10 })),
      )
      await Promise.all(parties.map((party) => party.goesOn(5)))

      const primary = await cluster.primaryOf(`{${parties[0]?.code}}:state`)
      await primary.kill()
      await Promise.all(parties.map((party) => party.goesOn(5)))
      await soundlyEnded(parties)
    },
  )
})

async function soundlyEnded(parties: readonly Party[]): Promise<void> {
  for (const party of parties) await party.settles()
  const viewers = parties.flatMap((party) => party.viewers)
  expect(viewers.flatMap(({ endings }) => endings)).toEqual([])
  await Promise.all(parties.map((party) => party.ends()))
}

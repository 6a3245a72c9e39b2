import { expect, test } from 'bun:test'
import { until } from '@matinee/test/support'
import { createRedisStage } from '../store/contract/redis-stage'
import type { Client } from './gateway.fixture'
import { ana, ben, code, createStage, type StagedNode, settled } from './stage.fixture'

const { openNode, setup } = createRedisStage()

/** Two nodes on a Redis that keeps what it has, where it is started again: the log goes on under another epoch. */
async function setupNodes() {
  const { server } = await setup({ appendonly: true, more: ['--appendfsync', 'always'] })
  const logs = new Map(['east', 'west'].map((name) => [name, openNode(server, name)]))
  const stage = createStage({
    logFor(name) {
      const log = logs.get(name)
      if (!log) throw new Error('there are two')
      return log
    },
  })
  const connected = () => until(() => [...logs.values()].every((log) => log.connected()))
  await connected()
  const [east, west] = [await stage.node('east'), await stage.node('west')]
  return {
    east,
    west,
    /** Nodes have not been told yet, and have their rooms as they were. */
    async startAgain() {
      await server.kill()
      await server.start()
      await connected()
    },
    /** Now they are told. */
    async lookAgain() {
      await Promise.all([east, west].map(({ node }) => node.upkeep.reconnected()))
      await settled()
    },
  }
}

const presentAt = ({ node }: StagedNode) => [...(node.rooms.get(code)?.replica.people.keys() ?? [])].sort()
const isToldAnew = ({ got }: Client) => got.some(({ type, reason }) => type === 'ROOM_STATE' && reason === 'epoch')

test('[PR2] [G7] whose time to be gone comes before its node knows that the log goes on under another epoch, leaves it', async () => {
  const { east, west, startAgain, lookAgain } = await setupNodes()
  const host = await west.enter(ana)
  const client = await east.enter(ben)
  await east.enter(ana)
  client.leaves(1000)
  await startAgain()

  const answered = east.tap.holdAnswers('depart')
  await east.pass(1_000)
  await answered.reached
  answered.release()
  await lookAgain()
  await until(() => isToldAnew(host))

  await until(() => !presentAt(west).includes(ben))
  expect(presentAt(east)).toEqual([ana])
})

test('[G1] [LG3] what a row changes in a log that goes on under another epoch is not told under the one that was, but with it', async () => {
  const { east, startAgain } = await setupNodes()
  const host = await east.enter(ana)
  await east.enter(ben)
  await startAgain()

  await east.decide(ben, 'APPROVED', { role: 'moderator' })
  await until(() => isToldAnew(host))

  expect(host.types()).toEqual(['ROOM_STATE', 'USER_JOINED', 'ROOM_STATE'])
})

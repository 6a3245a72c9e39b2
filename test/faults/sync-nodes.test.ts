import { afterAll, describe, expect } from 'bun:test'
import { sumOf } from '../support/app-process'
import { awakeMs } from '../support/awake'
import { startDistributed } from '../support/distributed'
import { expectOneHistory, linesOf } from '../support/history'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import type { Gathering, Scene } from '../support/scene'
import { startTalk, type Talk } from '../support/talk'
import { until } from '../support/until'

// Two gateways may use either node, the third is tied to the second: each room's people sit on both.
const stack = await startDistributed({
  gateways: [[0, 1], [0, 1], [1]],
  syncs: 2,
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const [first, second] = stack.syncs
if (!first || !second) throw new Error('there should be two sync nodes')

describe('sync nodes', () => {
  const fault = faultsOn(stack)

  fault('[G9] a node killed in the middle of chat and play: no socket closes, nothing is lost or doubled', async (scene) => {
    const { rooms, talks, clients } = await gatherings(scene)

    await first.kill()
    const killedMs = awakeMs()
    await Promise.all(talks.map((talk) => talk.goesOn(1)))
    const pausedMs = awakeMs() - killedMs
    await Promise.all(talks.map((talk) => talk.goesOn(10)))

    await expectNothingLost(rooms, talks)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
    expect(count(clients, 'RECOVERED')).toBeGreaterThan(0)
    // Nobody went away, so nobody is said to have.
    expect(count(clients, 'USER_LEFT')).toBe(0)
    expect(pausedMs).toBeLessThan(2_000)
  })

  fault('a node that freezes is given up; when it wakes, it does no harm', async (scene) => {
    const { rooms, talks, clients } = await gatherings(scene)

    first.suspend()
    await Promise.all(talks.map((talk) => talk.goesOn(10)))
    first.resume()
    // It has seen by then that its links and its lease are gone, and the gateways have found it again.
    await until(async () => (await first.metric('sync_sessions')) === 0)
    await stack.linked()
    await Promise.all(talks.map((talk) => talk.goesOn(10)))

    await expectNothingLost(rooms, talks)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
    expect(count(clients, 'USER_LEFT')).toBe(0)
  })

  fault('[G9] a node that is asked to go hands its people over: nothing is lost, nobody has to repeat anything', async (scene) => {
    const { rooms, talks, clients } = await gatherings(scene)

    const [letGo, tornAway] = [await moved(true), await moved(false)]
    const going = first.terminate()
    await Promise.all(talks.map((talk) => talk.goesOn(10)))
    const { exitCode, tookMs } = await going

    await expectNothingLost(rooms, talks)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
    expect(await moved(true)).toBeGreaterThan(letGo)
    expect(await moved(false)).toBe(tornAway)
    expect(count(clients, 'RECOVERED')).toBe(0)
    expect(count(clients, 'USER_LEFT')).toBe(0)
    expect(exitCode).toBe(0)
    expect(tookMs).toBeLessThan(30_000)
  })

  fault('one node after the other is replaced while people talk, as in a deploy', async (scene) => {
    const { rooms, talks, clients } = await gatherings(scene)

    for (const node of [first, second]) {
      await node.terminate()
      await node.start()
      await Promise.all(talks.map((talk) => talk.goesOn(3)))
    }

    await expectNothingLost(rooms, talks)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
  })

  fault('without any node clients stay, are told, and go on when there is one again', async (scene) => {
    const { rooms, talks, clients } = await gatherings(scene)

    await Promise.all([first.kill(), second.kill()])
    const goneMs = performance.now()
    await Promise.all(clients.map((client) => client.next('NOTICE', ({ code }) => code === 'reconnecting')))
    // Longer than a lease and a grace: the nodes that come find only ghosts.
    await until(() => performance.now() - goneMs > 3_000)
    await Promise.all([first.start(), second.start()])
    await Promise.all(talks.map((talk) => talk.goesOn(5)))

    await expectNothingLost(rooms, talks)
    expect(clients.every(({ isOpen }) => isOpen)).toBe(true)
  })
})

/** Rooms whose people all talk; some are on the first node, and all have somebody on the second. */
const gatherings = async (scene: Scene) => {
  // A fault before this one may have left a node down.
  await Promise.all([first.start(), second.start()])
  await stack.linked()
  // Rooms stay open for a while after their people have gone: who is there is what tells.
  await until(async () => (await first.metric('sync_sessions')) === 0)
  const rooms: Gathering[] = []
  while (rooms.length < 4 || (await first.metric('sync_sessions')) < 2) rooms.push(await scene.room(2))
  const talks = rooms.map(({ clients }) => startTalk(clients))
  await Promise.all(talks.map((talk) => talk.goesOn(5)))
  return { rooms, talks, clients: rooms.flatMap(({ clients }) => clients) }
}

/** How many connections the gateways have given to another node so far: those let go in order, and those that were torn away. */
const moved = (released: boolean): Promise<number> => sumOf(stack.gateways, 'gateway_connections_moved_total', `released="${released}"`)

async function expectNothingLost(rooms: readonly Gathering[], talks: readonly Talk[]): Promise<void> {
  for (const [at, { clients }] of rooms.entries()) {
    const said = await talks[at]?.stop()
    await expectOneHistory(clients)
    expect([...linesOf(clients[0])].sort()).toEqual([...(said ?? [])].sort())
  }
}

const count = (clients: readonly LiveClient[], wanted: string): number =>
  clients.flatMap(({ frames }) => frames).filter(({ type }) => type === wanted).length

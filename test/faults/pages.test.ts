import { afterAll, describe, expect } from 'bun:test'
import { sumOf } from '../support/app-process'
import { startDistributed } from '../support/distributed'
import { expectOneHistory } from '../support/history'
import { faultsOn } from '../support/journey'
import type { Scene } from '../support/scene'
import { faultSeed } from '../support/seed'
import { someAtOnce } from '../support/some-at-once'
import { until } from '../support/until'

const seed = faultSeed()
const stack = await startDistributed({
  gateways: [
    [0, 1],
    [0, 1],
  ],
  ...{ syncs: 2, wired: ['clients'], seed: seed.number },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const [gateway] = stack.gateways
if (!gateway) throw new Error('there should be a gateway')
const wire = stack.wire('client', 'gateway 0')

describe(`those who missed much and read slowly, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[G8] [LG17] hold little of gateway and node, stay, and get all of it', async (scene) => {
    const { comeBack, talker } = await away(scene, { people: 30, lines: 1_000 })
    const before = { refused: await refused(), bytes: await residentBytes() }

    const { back, stopSaying } = await comeBack()
    // What they missed comes to 5.7 MB for each, 171 MB in all. What is read for them is garbage soon.
    await until(async () => (await residentBytes()) - before.bytes < 64 * 1024 * 1024, { withinMs: 15_000, everyMs: 250 })
    wire.heal()
    await Promise.all(back.map((client) => client.reaches(talker.seq, 20_000)))
    stopSaying()

    expect(await refused()).toBe(before.refused)
    expect(back.every(({ isOpen }) => isOpen)).toBe(true)
  })

  fault('[G9] [GW45] [LG17] and whose node is killed go on where they were, at another one', async (scene) => {
    const { comeBack, talker } = await away(scene, { people: 5, lines: 1_000 })
    const placedBefore = await placed()
    const { back, stopSaying } = await comeBack()
    const placedEarly = (await placed()) - placedBefore
    const sessions = await Promise.all(stack.syncs.map((node) => node.metric('sync_sessions')))
    const node = stack.syncs[sessions.indexOf(Math.max(...sessions))]

    await node?.kill()
    await talker.command({ type: 'CHAT_MESSAGE', message: 'meanwhile' })
    wire.heal()
    await Promise.all(back.map((client) => client.reaches(talker.seq, 20_000)))
    stopSaying()
    await node?.start()

    // They were on their way when the node was killed.
    expect(placedEarly).toBe(0)
    expect(back.every(({ isOpen }) => isOpen)).toBe(true)
    expect(back.flatMap(({ frames }) => frames).filter((frame) => frame.type === 'ROOM_STATE' && !frame.resumed)).toEqual([])
    await expectOneHistory([talker, ...back])
  })
})

/** People who are away for so many of the longest lines; whoever says them comes by the other gateway, and stays. */
async function away(scene: Scene, { people, lines }: { readonly people: number; readonly lines: number }) {
  const host = await scene.guest('Host', 1)
  const { room_code: code } = await host.create()
  const talker = await host.enter(code)
  const { place: since, seq } = talker
  const persons = await Promise.all(Array.from({ length: people }, (_, at) => scene.guest(`Guest ${at}`, 0)))
  await someAtOnce(persons, ({ http, token }) => http.join(token, code))
  for (let said = 0; said < lines; said += 50) {
    const some = Array.from({ length: 50 }, (_, at) => `${said + at} ${'映'.repeat(1_900)}`)
    await Promise.all(some.map((message) => talker.command({ type: 'CHAT_MESSAGE', message })))
  }
  /** All at once, by a thin wire; resolves when each has been given more than would have been left of it, were it cut off. */
  const comeBack = async () => {
    wire.set({ bytesPerS: 30_000 }, 'down')
    const back = persons.map((person) => person.open(code, { since }))
    // Their answers to pings would wait behind all that is on its way to them.
    const signOfLife = JSON.stringify({ type: 'TIME_SYNC', t0: 0 })
    const saying = setInterval(() => back.map((client) => client.isOpen && client.send(signOfLife)), 1_000)
    await until(() => back.every((client) => client.seq >= seq + 10), { withinMs: 30_000 })
    return { back, stopSaying: () => clearInterval(saying) }
  }
  return { talker, comeBack }
}
const refused = () => gateway.metric('gateway_socket_refusals_total')
/** How many have come back and have their place. */
const placed = () => sumOf(stack.syncs, 'sync_room_states_total', 'outcome="resumed"')
/** Of the gateway and both nodes, one of which has the room. */
const residentBytes = () => sumOf([gateway, ...stack.syncs], 'process_resident_memory_bytes')

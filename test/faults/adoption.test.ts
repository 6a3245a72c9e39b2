import { afterAll, describe, expect } from 'bun:test'
import { sumOf } from '../support/app-process'
import { startDistributed } from '../support/distributed'
import { expectOneHistory } from '../support/history'
import { faultsOn } from '../support/journey'
import type { LiveClient } from '../support/live-client'
import type { Scene } from '../support/scene'
import { faultSeed } from '../support/seed'
import { someAtOnce } from '../support/some-at-once'
import { until } from '../support/until'

const seed = faultSeed()
// The members' gateway knows two nodes, and whoever talks comes by another gateway and a node of its own: that goes on while both are away.
const stack = await startDistributed({
  gateways: [[0, 1], [2]],
  ...{ syncs: 3, wired: ['clients'], seed: seed.number },
  environment: { sync: { LIMITS: 'off' }, gateway: { LIMITS: 'off' } },
})
afterAll(() => stack.stop())
const [first, second, talkers] = stack.syncs
const [gateway] = stack.gateways
if (!gateway || !first || !second || !talkers) throw new Error('there should be a gateway and three nodes')
const wire = stack.wire('client', 'gateway 0')

describe(`members who read slowly, and whose nodes were away for long, with FAULT_SEED=${seed.text}`, () => {
  const fault = faultsOn(stack)

  fault('[G8] [G9] [AD17] stay, hold little of gateway and node, and get all that was said meanwhile', async (scene) => {
    const { members, talker, missMuch, takeOver, settle } = await gather(scene, { people: 30 })
    const before = { refused: await refused(), bytes: await residentBytes() }
    await missMuch(1_000)

    await takeOver(first)
    // What they missed comes to 5.7 MB for each, 171 MB in all. What is read for them is garbage soon.
    const early = members.map(({ seq }) => seq)
    await until(async () => (await residentBytes()) - before.bytes < 64 * 1024 * 1024, { withinMs: 15_000, everyMs: 250 })
    await settle()

    expect(Math.max(...early)).toBeLessThan(talker.seq)
    expect(await refused()).toBe(before.refused)
    expect(members.every(({ isOpen }) => isOpen)).toBe(true)
    expect(snapshotsOf(members)).toEqual([])
    await expectOneHistory([talker, ...members])
  })

  for (const [how, leave] of [
    ['is killed', () => first.kill()],
    ['freezes', async () => first.suspend()],
    ['is asked to go', async () => void (await first.terminate())],
  ] as const)
    fault(`[G9] [GW46] [AD17] stay where the next node ${how} while it gives them that`, async (scene) => {
      const { members, talker, missMuch, takeOver, settle } = await gather(scene, { people: 5 })
      await missMuch(1_000)
      await takeOver(first)
      await second.start()
      await stack.linked()
      // Those that it has given all, and their place in the room.
      const placed = await first.metric('sync_room_states_total', 'outcome="resumed"')

      await leave()
      await talker.command({ type: 'CHAT_MESSAGE', message: 'meanwhile' })
      await settle()
      const answered = await Promise.all(members.map((member) => member.command({ type: 'CHAT_MESSAGE', message: 'there' })))
      first.resume()
      await first.start()

      expect(placed).toBe(0)
      expect(answered).toHaveLength(5)
      expect(members.every(({ isOpen }) => isOpen)).toBe(true)
      expect(snapshotsOf(members)).toEqual([])
      await expectOneHistory([talker, ...members])
    })
})

/** A room of whose people one talks, and all others are on the nodes that go. */
async function gather(scene: Scene, { people }: { readonly people: number }) {
  await Promise.all([first, second].map((node) => node?.start()))
  await stack.linked()
  const host = await scene.guest('Host', 1)
  const { room_code: code } = await host.create()
  const talker = await host.enter(code)
  const persons = await Promise.all(Array.from({ length: people }, (_, at) => scene.guest(`Guest ${at}`, 0)))
  const members = await someAtOnce(persons, (person) => person.join(code))
  // Their answers to pings would wait behind all that is on its way to them.
  const signOfLife = JSON.stringify({ type: 'TIME_SYNC', t0: 0 })
  const saying = setInterval(() => members.map((client) => client.isOpen && client.send(signOfLife)), 1_000)
  return {
    members,
    talker,
    /** Both nodes are lost, and so many of the longest lines are said. */
    async missMuch(lines: number) {
      await Promise.all([first, second].map((node) => node?.kill()))
      await Promise.all(members.map((client) => client.next('NOTICE', ({ code }) => code === 'reconnecting')))
      for (let said = 0; said < lines; said += 50) {
        const some = Array.from({ length: 50 }, (_, at) => `${said + at} ${'映'.repeat(1_900)}`)
        await Promise.all(some.map((message) => talker.command({ type: 'CHAT_MESSAGE', message })))
      }
    },
    /** One of them is there again; resolves when each member, by a thin wire, has been given some of what it missed. */
    async takeOver(node: typeof first) {
      wire.set({ bytesPerS: 30_000 }, 'down')
      const from = Math.max(...members.map(({ seq }) => seq))
      await node?.start()
      await until(() => members.every((client) => client.seq >= from + 10), { withinMs: 20_000 })
    },
    /** All have all. */
    async settle() {
      wire.heal()
      await Promise.all(members.map((client) => client.reaches(talker.seq, 20_000)))
      clearInterval(saying)
    },
  }
}

const refused = () => gateway.metric('gateway_socket_refusals_total')
/** Of the members' gateway, and the nodes that run. */
const residentBytes = () => sumOf([gateway, first, talkers], 'process_resident_memory_bytes')
const snapshotsOf = (members: readonly LiveClient[]) =>
  members.flatMap(({ frames }) => frames.slice(1)).filter((frame) => frame.type === 'ROOM_STATE' && !frame.resumed)

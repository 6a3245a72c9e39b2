import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, cleo, code, createStage, dora, settled } from './stage.fixture'

/** A stage on which nobody looks at everything: its nodes do only what they are woken for. */
function setup(options: Parameters<typeof createStage>[0] = {}) {
  let wakes: { readonly atMs: number; readonly run: () => void }[] = []
  const stage = createStage({ ...options, wakeIn: (inMs, run) => void wakes.push({ atMs: stage.clock.monotonicMs() + inMs, run }) })
  /** Lets so much time pass, and wakes the nodes when they have asked for it. */
  async function pass(byMs: number): Promise<void> {
    const untilMs = stage.clock.monotonicMs() + byMs
    for (;;) {
      const [first] = wakes.filter(({ atMs }) => atMs <= untilMs).sort((one, other) => one.atMs - other.atMs)
      if (!first) break
      wakes = wakes.filter((wake) => wake !== first)
      stage.clock.advance(Math.max(0, first.atMs - stage.clock.monotonicMs()))
      first.run()
      await settled()
    }
    stage.clock.advance(untilMs - stage.clock.monotonicMs())
  }
  return { stage, pass, isAwake: () => wakes.length > 0 }
}

describe('a node is woken', () => {
  test('[PR8] when the second is over after which a crowd is told who came and went', async () => {
    const { stage, pass } = setup({ bounds: { crowdPeople: 2 } })
    for (const userId of [cleo, dora]) stage.owner.put(userId, { standing: 'APPROVED' })
    const { enter } = await stage.node()
    const [host] = [await enter(ana), await enter(ben), await enter(cleo), await enter(dora)]

    await pass(1_001)

    const told = host.got.filter(({ type }) => type === 'PRESENCE').map(({ joined }) => joined?.map(({ id }) => id))
    expect(told).toEqual([[cleo], [dora]])
  })

  test('[PR7] for no crowd of a room that it has given up', async () => {
    const { stage, pass } = setup({ bounds: { crowdPeople: 2 } })
    for (const userId of [cleo, dora]) stage.owner.put(userId, { standing: 'APPROVED' })
    const { node, enter, tap } = await stage.node()
    for (const userId of [ana, ben, cleo, dora]) await enter(userId)
    const room = node.rooms.get(code)
    if (!room) throw new Error('there is no room')

    await node.rooms.close(room)
    await pass(3_000)

    expect(tap.calls.get('tellPresence')).toBeUndefined()
  })

  test('[CM11] when a client has not answered in time that it repeats its commands', async () => {
    const { stage, pass } = setup()
    const [north, south] = [await stage.node(), await stage.node()]
    const [client] = south.gateway.adopt([await north.enter(ana)], { released: false })
    if (!client) throw new Error('nobody was adopted')
    await client.next('RECOVERED')
    client.says(chat('second', 'm2'))

    await pass(1_001)

    expect(client.types().slice(-2)).toEqual(['CHAT_MESSAGE', 'ACK'])
  })

  test('[PB23] a moment after somebody tells of a player, and again while there is something to tell', async () => {
    const { stage, pass, isAwake } = setup()
    const { enter } = await stage.node()
    const [host, member] = [await enter(ana), await enter(ben)]
    host.says({ type: 'PLAY', time: 0 })
    await member.next('PLAY')
    await pass(1_200)
    const report = { type: 'REPORT', playing: true, rate: 1, error_ms: 4, at_ms: stage.clock.nowMs() }

    member.says({ ...report, position: 1.1 })
    await pass(200)
    const first = host.got.filter(({ type }) => type === 'SKEW')
    member.says({ ...report, position: 1 })
    await pass(1_000)

    expect(first).toHaveLength(1)
    expect(host.got.filter(({ type }) => type === 'SKEW')).toHaveLength(2)
    expect(isAwake()).toBe(true)
  })

  test('[PB23] when another node is heard of for the first time: its members are told of those there as soon', async () => {
    const { stage, pass } = setup()
    const [north, south] = [await stage.node(), await stage.node()]
    const [host, member] = [await north.enter(ana), await south.enter(ben)]
    host.says({ type: 'PLAY', time: 0 })
    await member.next('PLAY')
    await pass(10_000)

    host.says({ type: 'REPORT', position: 9.9, playing: true, rate: 1, error_ms: 4, at_ms: stage.clock.nowMs() })
    await pass(400)

    expect(host.types()).toContain('SKEW')
    expect(member.types()).toContain('SKEW')
  })

  test('for nothing where nobody does', async () => {
    const { stage, pass, isAwake } = setup()
    const { enter } = await stage.node()
    const host = await enter(ana)
    host.says({ type: 'PLAY', time: 0 })
    await host.next('PLAY')

    await pass(1_000)

    expect(isAwake()).toBe(false)
  })
})

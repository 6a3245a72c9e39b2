import { expect, test } from 'bun:test'
import { putOffTo } from '../domain/timeline'
import type { Client } from './gateway.fixture'
import { ana, ben, cleo, createStage, settled } from './stage.fixture'

const steps = 120

/** Numbers from a seed, so that a run can be repeated. */
function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return { below: (bound: number) => Math.floor(next() * bound), chance: (share: number) => next() < share }
}

test.each(Array.from({ length: 25 }, (_, at) => at + 1))(
  '[RG3] [RG5] members on two nodes that come, leave, get ready, jump and stall, whispers that get lost: nobody waits past a deadline, seed %d',
  async (seed) => {
    const random = randomOf(seed)
    const timeoutMs = seed % 3 === 0 ? 1_500 : 10_000
    const room = { wait_for_ready: true, pause_for_stalled: seed % 2 === 0, playback_policy: { ready_timeout_ms: timeoutMs } }
    const stage = createStage({ room })
    stage.owner.put(cleo, { standing: 'APPROVED' })
    const nodes = [await stage.node(), await stage.node()]
    const [north, south] = nodes
    if (!north || !south) throw new Error('there are no nodes')
    const node = () => (random.chance(0.5) ? north : south)
    const host = await north.enter(ana)
    let others: Client[] = [await north.enter(ben), await south.enter(cleo)]
    const anyone = () => [host, ...others][random.below(others.length + 1)] ?? host
    const version = () => north.node.rooms.get('7GQ4KX2M')?.replica.playback.version ?? 0
    const says = {
      report: () => ({
        type: 'REPORT',
        position: random.below(50),
        playing: random.chance(0.5),
        rate: 1,
        at_ms: stage.clock.nowMs(),
        error_ms: 1,
        stalled: random.chance(0.2),
      }),
      ready: () => ({ type: 'READY', version: Math.max(0, version() - (random.chance(0.3) ? 1 : 0)) }),
      drive: () => ({ type: ['PLAY', 'PAUSE', 'SEEK', 'SEEK'][random.below(4)] ?? 'PLAY', time: random.below(5_000) }),
    }

    for (let step = 0; step < steps; step++) {
      const dice = random.below(20)
      if (dice < 6) anyone().says(says.ready())
      else if (dice < 10) anyone().says(says.report())
      else if (dice < 13) host.says(says.drive())
      else if (dice === 13 && others.length > 0) others.shift()?.leaves(random.chance(0.5) ? 1000 : 1006)
      else if (dice === 14) others = [...others, await node().enter(random.chance(0.5) ? ben : cleo)]
      else if (dice === 15) node().tap.setDeaf(random.chance(0.5))
      else if (dice === 16) await north.change({ media: { provider: 'file', id: `${step}`, url: `https://x.org/${step}` } })
      else await node().pass(random.below(3_000))
      if (dice % 3 === 0) await settled()
      for (const { node: each } of nodes) {
        const room = each.rooms.get('7GQ4KX2M')
        if (room) expect((room.viewing.gate.start?.atMs ?? 0) - stage.clock.nowMs()).toBeLessThanOrEqual(timeoutMs)
      }
    }
    await settled()
    for (let second = 0; second <= timeoutMs / 1_000; second++) for (const each of nodes) await each.pass(500)

    const nowMs = stage.clock.nowMs()
    const rooms = nodes.flatMap(({ node: each }) => each.rooms.get('7GQ4KX2M') ?? [])
    expect(rooms.map(({ replica }) => replica.playbackText)).toEqual(Array.from(rooms, () => rooms[0]?.replica.playbackText ?? ''))
    for (const { viewing, replica } of rooms) {
      expect(viewing.gate.start).toBeUndefined()
      expect(putOffTo(replica.playback) ?? 0).toBeLessThanOrEqual(nowMs)
    }
    const told = host.got.filter(({ type }) => type === 'WAITING').at(-1)
    expect(told ?? { users: [] }).toMatchObject({ users: [] })
    expect(stage.lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
  },
)

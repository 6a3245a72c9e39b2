import { describe, expect, test } from 'bun:test'
import { createAbsence } from './catch-up.fixture'
import { ben, code, leaseMs, settled } from './stage.fixture'

describe('while one takes what it missed', () => {
  test('[G7] [UP3] and others take it for gone, because the lease of its node had run out, it is claimed again', async () => {
    const { stage, node, other, host, stall } = await createAbsence({ apart: true })
    const back = await stall()
    // The grace of its former connection is over.
    await node.pass(7_000)
    await other.node.upkeep.beat()
    await node.node.upkeep.beat()
    stage.clock.advance(leaseMs - 1)
    await other.node.upkeep.beat()
    stage.clock.advance(1)
    await other.node.upkeep.beat()
    await settled()
    const isThere = () => other.node.rooms.get(code)?.replica.people.has(ben)
    const whileEvicted = isThere()

    await node.node.upkeep.beat()
    await settled()
    const whenClaimed = isThere()
    back.goesOn()
    while (!back.admitted) await settled()

    expect([whileEvicted, whenClaimed, isThere()]).toEqual([false, true, true])
    expect(host.types().filter((type) => type === 'USER_LEFT')).toHaveLength(1)
    expect(back.closed).toBeUndefined()
  })

  test.each(['REMOVED', 'LEFT'] as const)('[UP3] [AD9] and is %s before it is claimed again, it is sent away', async (standing) => {
    const { stage, node, other, stall } = await createAbsence({ apart: true })
    const back = await stall()
    await node.node.upkeep.beat()
    stage.clock.advance(leaseMs + 1)
    node.tap.holdChannel()
    await other.decide(ben, standing)

    await node.node.upkeep.beat()
    await settled()

    expect(await back.over()).toBe(standing === 'LEFT' ? 1000 : 4411)
  })
})

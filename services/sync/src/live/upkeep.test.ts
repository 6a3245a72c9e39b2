import { describe, expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { ana, ben, chat, cleo, code, createStage, leaseMs, settled } from './stage.fixture'
import { createLogClock } from './upkeep'

const presence = (types: readonly string[]) => types.filter((type) => type.startsWith('USER_'))

describe('upkeep', () => {
  test('[UP1] who heard nothing for ten seconds hears where the log stands', async () => {
    const { enter, pass } = await createStage().node()
    const client = await enter(ana)

    await pass(9_999)
    const before = client.types()
    await pass(1)

    expect(before).toEqual(['ROOM_STATE'])
    expect(client.got.slice(1)).toMatchObject([{ type: 'HEARTBEAT', seq: 1 }])
  })

  test('[UP1] an event puts the heartbeat off', async () => {
    const { enter, pass } = await createStage().node()
    const client = await enter(ana)
    await pass(6_000)
    client.says(chat('hello', 'm1'))
    await client.next('ACK')

    await pass(9_999)
    const before = client.types().includes('HEARTBEAT')
    await pass(1)

    expect(before).toBe(false)
    expect(client.got.at(-1)).toMatchObject({ type: 'HEARTBEAT', seq: 2 })
  })

  test('[UP1] one who waits at a busy room has a heartbeat all the same', async () => {
    const { enter, open, pass } = await createStage().node()
    const host = await enter(ana)
    const waiting = open(cleo, { lobby: true })
    await waiting.next('LOBBY')

    for (let count = 0; count < 4; count++) {
      host.says(chat(`${count}`))
      await pass(5_000)
    }

    expect(waiting.types().filter((type) => type === 'HEARTBEAT')).toHaveLength(2)
    expect(host.types()).not.toContain('HEARTBEAT')
  })

  test('[UP2] when the lease of a node has run out, its people leave, and only they', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    await north.enter(ben)
    const host = await south.enter(ana)
    stage.clock.advance(leaseMs - 1)
    await south.node.upkeep.beat()
    await settled()
    const before = presence(host.types())

    stage.clock.advance(1)
    await south.node.upkeep.beat()

    expect(await host.next('USER_LEFT')).toMatchObject({ user: { id: ben } })
    expect(before).toEqual([])
    expect(presence(host.types())).toEqual(['USER_LEFT'])
  })

  test('[UP2] ghosts that the log could not be told of are cleared at a later beat', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    await north.enter(ben)
    const host = await south.enter(ana)
    stage.clock.advance(leaseMs - 1)
    await south.node.upkeep.beat()
    south.tap.refuse('evict')
    stage.clock.advance(1)
    await south.node.upkeep.beat()
    await settled()
    const before = presence(host.types())

    south.tap.accept()
    await south.node.upkeep.beat()

    expect(await host.next('USER_LEFT')).toMatchObject({ user: { id: ben } })
    expect(before).toEqual([])
  })

  test('[UP3] a node whose lease had run out claims its people again, and hears again', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await south.enter(ana)
    const member = await north.enter(ben)
    stage.clock.advance(leaseMs - 1)
    await south.node.upkeep.beat()
    stage.clock.advance(1)
    await south.node.upkeep.beat()
    await host.next('USER_LEFT')

    await north.node.upkeep.beat()
    await settled()
    host.says(chat('who is there?', 'm1'))
    await host.next('ACK')

    expect(presence(host.types())).toEqual(['USER_JOINED', 'USER_LEFT', 'USER_JOINED'])
    expect(await member.next('CHAT_MESSAGE')).toMatchObject({ message: 'who is there?' })
    expect(member.seqs()).toEqual(Array.from({ length: member.seqs().length }, (_, place) => (member.seqs()[0] ?? 0) + place))
  })

  test('[UP3] a room that could not be claimed again is claimed at a later beat', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await south.enter(ana)
    await north.enter(ben)
    stage.clock.advance(leaseMs)
    await south.node.upkeep.beat()
    await settled()
    stage.clock.advance(leaseMs - 1)
    await south.node.upkeep.beat()
    stage.clock.advance(1)
    await south.node.upkeep.beat()
    await host.next('USER_LEFT')
    north.tap.refuse('adopt')
    await north.node.upkeep.beat()
    await settled()
    const before = presence(host.types()).at(-1)

    north.tap.accept()
    await north.node.upkeep.beat()
    await settled()

    expect(before).toBe('USER_LEFT')
    expect(presence(host.types()).at(-1)).toBe('USER_JOINED')
  })

  test('[UP4] after an outage of the log other nodes are given the time to renew their leases', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    await north.enter(ben)
    const host = await south.enter(ana)
    stage.clock.advance(3 * leaseMs)

    await south.node.upkeep.beat()
    await settled()
    stage.clock.advance(leaseMs - 1)
    await south.node.upkeep.beat()
    await settled()
    const spared = presence(host.types())
    stage.clock.advance(1)
    await south.node.upkeep.beat()

    expect(await host.next('USER_LEFT')).toMatchObject({ user: { id: ben } })
    expect(spared).toEqual([])
  })

  test('[UP5] a room that has lost its log is made good as soon as rooms answers, without anybody saying a word', async () => {
    const stage = createStage()
    const { node, enter, tap } = await stage.node()
    const client = await enter(ana)
    tap.setConnected(false)
    stage.loseLog()
    stage.owner.setAway(true)
    tap.setConnected(true)
    await settled()

    stage.owner.setAway(false)
    await node.upkeep.beat()

    expect(await client.next('ROOM_STATE')).toMatchObject({ reason: 'epoch' })
  })

  test('[UP6] people of a node that has just come are not taken for ghosts by one that has not heard of it', async () => {
    const stage = createStage()
    const north = await stage.node()
    const south = await stage.node()
    const host = await south.enter(ana)

    const member = await north.enter(ben)
    member.says(chat('hello', 'm1'))

    expect(await host.next('CHAT_MESSAGE')).toMatchObject({ message: 'hello' })
    expect(presence(host.types())).toEqual(['USER_JOINED'])
    expect(member.got[0]).toMatchObject({ participants_total: 2 })
  })

  test('[UP7] who is here is told by person, for each room', async () => {
    const stage = createStage()
    const { node, enter, open } = await stage.node()
    for (const userId of [ana, ben, ben]) await enter(userId)
    await open(cleo, { lobby: true }).next('LOBBY')

    const seen = node.upkeep.seen()

    expect(seen).toEqual({ node: 'n1', at_ms: stage.clock.nowMs(), rooms: [{ room_code: code, viewers: 2, user_ids: [ana, ben] }] })
  })

  test('[UP8] the data of rooms that are served are kept from expiring', async () => {
    const stage = createStage()
    const { node, enter, tap } = await stage.node()
    await enter(ana)
    tap.refuse('touch')
    stage.clock.advance(600_000)
    await node.upkeep.beat().catch(() => {})
    tap.accept()

    await node.upkeep.beat()
    await node.upkeep.beat()

    expect(tap.calls.get('touch')).toBe(2)
  })

  test("[UP9] [G13] the room log's clock is what the log said half-way, and goes on evenly, whatever is done to this node's wall clock", () => {
    const clock = createManualClock(1_000_000)
    const logClock = createLogClock(clock)

    logClock.learn(1_005_000, 0, 20)
    clock.advance(30)
    clock.jump(-300_000)

    expect(logClock.nowMs()).toBe(1_005_020)
  })

  test("[UP9] an answer that took long does not move the log's clock, unless the clock has been set", () => {
    const logClock = createLogClock(createManualClock(1_000_000))
    logClock.learn(1_000_002, 0, 4)

    // This process stood still for 260 ms after the log had answered.
    logClock.learn(1_002_000, 2_000, 2_260)
    const afterAStall = logClock.nowMs()
    // The log is on another machine by now.
    logClock.learn(1_009_120, 4_000, 4_240)

    expect(afterAStall).toBe(1_000_000)
    expect(logClock.nowMs()).toBe(1_005_000)
  })

  test('[UP9] what was learned long ago gives way to what is a little less sure', () => {
    const logClock = createLogClock(createManualClock(1_000_000))
    logClock.learn(1_000_001, 0, 2)

    logClock.learn(1_600_025, 600_000, 600_040)

    expect(logClock.nowMs()).toBe(1_000_005)
  })

  test('[UP10] nothing is left of those who have gone', async () => {
    const { node, enter, open, pass, gateway } = await createStage().node()
    const clients = [await enter(ana), await enter(ben), open(cleo, { lobby: true })]
    await clients[2]?.next('LOBBY')

    for (const client of clients) client.leaves(1000)
    for (const byMs of [6_000, 200, 10_000]) await pass(byMs)

    expect(node.context.sessions.size).toBe(0)
    expect(node.rooms.all()).toEqual([])
    expect(gateway.wasted).toEqual([])
  })
})

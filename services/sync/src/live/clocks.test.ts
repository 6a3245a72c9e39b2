import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, cleo, code, createStage, leaseMs, settled, tokenLifetimeMs } from './stage.fixture'

const minuteMs = 60_000

describe('wall clocks', () => {
  test.each([5 * minuteMs, -5 * minuteMs])('[G13] one that is %d ms off changes nothing of what clients get', async (offByMs) => {
    const stage = createStage()
    const [right, wrong] = [await stage.node(), await stage.node('wrong', { offByMs })]
    const host = await right.enter(ana)
    const client = await wrong.enter(ben)

    client.says(chat('from the node that is off', 'm1'))
    client.says({ type: 'TIME_SYNC', t0: 1 })
    host.says({ type: 'PLAY', time: 3 })
    const start = await client.next('PLAY')

    const nowMs = stage.clock.nowMs()
    expect(client.got[0]).toMatchObject({ server_time_ms: nowMs })
    expect(await client.next('TIME_SYNC')).toMatchObject({ t1: nowMs, t2: nowMs })
    expect(await host.next('CHAT_MESSAGE')).toMatchObject({ sent_at_ms: nowMs })
    expect(start).toMatchObject({ at_ms: nowMs + 200 })
    expect(client.closed).toBeUndefined()
  })

  test.each([5 * minuteMs, -5 * minuteMs])(
    '[G13] one that is %d ms off takes nobody for gone, and is not taken for gone',
    async (offByMs) => {
      const stage = createStage()
      const [right, wrong] = [await stage.node(), await stage.node('wrong', { offByMs })]
      const [host, client] = [await right.enter(ana), await wrong.enter(ben)]

      for (let beat = 0; beat < 10; beat++) {
        stage.clock.advance(leaseMs / 5)
        for (const { node } of [right, wrong]) {
          await node.upkeep.beat()
          node.upkeep.tick()
        }
      }
      await settled()

      const withoutBeats = (types: readonly string[]) => types.filter((type) => type !== 'HEARTBEAT')
      expect(withoutBeats(host.types())).toEqual(['ROOM_STATE', 'USER_JOINED'])
      expect(withoutBeats(client.types())).toEqual(['ROOM_STATE'])
    },
  )

  test.each([20 * minuteMs, -20 * minuteMs, 24 * 60 * minuteMs])('[G13] a jump by %d ms closes nobody, and evicts nobody', async (byMs) => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const [host, client] = [await north.enter(ana), await south.enter(ben)]
    const waiting = north.open(cleo, { lobby: true })
    await waiting.next('LOBBY')

    stage.clock.jump(byMs)
    for (const { node } of [north, south]) {
      await node.upkeep.beat()
      node.upkeep.tick()
    }
    await settled()
    client.says(chat('still here', 'm1'))
    await client.next('ACK')

    expect([host, client, waiting].map(({ closed }) => closed)).toEqual([undefined, undefined, undefined])
    expect(host.types()).toEqual(['ROOM_STATE', 'USER_JOINED', 'CHAT_MESSAGE'])
    expect(waiting.types()).toEqual(['LOBBY'])
  })

  test('[G13] [PR2] graces are as long as ever, whatever is done to the clock meanwhile', async () => {
    const stage = createStage()
    const { enter, pass } = await stage.node()
    const host = await enter(ana)
    const client = await enter(ben)

    client.leaves(1006)
    stage.clock.jump(10 * minuteMs)
    await pass(5_999)
    const before = host.types()
    stage.clock.jump(-20 * minuteMs)
    await pass(1)

    expect(before).toEqual(['ROOM_STATE', 'USER_JOINED'])
    expect(host.types()).toEqual(['ROOM_STATE', 'USER_JOINED', 'USER_LEFT'])
  })

  test('[G13] [TK1] a token is good for as long as it was when it was shown', async () => {
    const stage = createStage()
    const { enter, pass } = await stage.node()
    const client = await enter(ana)

    stage.clock.jump(-60 * minuteMs)
    await pass(tokenLifetimeMs - 1)
    const before = client.closed
    await pass(1)

    expect(before).toBeUndefined()
    expect(client.closed).toMatchObject({ code: 4401 })
  })

  test('[G13] [CM3] a command repeated after a jump still takes effect once', async () => {
    const stage = createStage()
    const { enter, node } = await stage.node()
    const client = await enter(ana)
    client.says(chat('once', 'm1'))
    const first = await client.next('ACK')

    stage.clock.jump(60 * minuteMs)
    client.says(chat('once', 'm1'))

    expect(await client.next('ACK')).toEqual(first)
    expect(node.rooms.get(code)?.replica.seq).toBe(2)
  })
})

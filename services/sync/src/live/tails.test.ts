import { describe, expect, test } from 'bun:test'
import { ana, ben, chat, createStage, settled } from './stage.fixture'

/** How often a node beats, and looks. */
const beatMs = 2_000

describe('what was told on the channel, and did not come', () => {
  async function setup() {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const clients = [await north.enter(ana), await south.enter(ben)] as const
    const looks = async () => {
      stage.clock.advance(beatMs)
      for (const { node } of [north, south]) await node.upkeep.beat()
      await settled()
    }
    await looks()
    return { north, south, clients, looks }
  }

  test('[G2] [LG2] at the end, with nothing after it: found at the second beat, within ten seconds', async () => {
    const { south, clients, looks } = await setup()
    const [host, member] = clients
    south.tap.holdChannel()
    host.says(chat('last words', 'id'))
    const { seq } = await host.next('ACK')

    south.tap.deliver(() => [])
    await looks()
    await looks()

    expect(2 * beatMs).toBeLessThan(10_000)
    expect(member.seqs().at(-1)).toBe(seq)
    expect(south.gateway.breaks).toEqual([])
  })

  test('[G2] a log that does not answer is asked again at the next beat', async () => {
    const { south, clients, looks } = await setup()
    const [host, member] = clients
    south.tap.holdChannel()
    host.says(chat('last words', 'id'))
    const { seq } = await host.next('ACK')
    south.tap.deliver(() => [])

    south.tap.refuse('moved')
    const refused = await south.node.upkeep.beat().catch((error: unknown) => error)
    south.tap.accept()
    await looks()

    expect(refused).toMatchObject({ code: 'read_only' })
    expect(member.seqs().at(-1)).toBe(seq)
  })

  test('[G2] a room in which something comes is not looked at: what comes next shows what is missing', async () => {
    const { south, clients, looks } = await setup()
    const [host] = clients
    const before = south.tap.calls.get('moved') ?? 0

    for (let count = 0; count < 3; count++) {
      host.says(chat('line', `m${count}`))
      await host.next('ACK')
      await looks()
    }

    expect(south.tap.calls.get('moved') ?? 0).toBe(before)
    expect(south.tap.calls.get('read')).toBeUndefined()
  })
})

import { describe, expect, test } from 'bun:test'
import type { Client } from './gateway.fixture'
import { ana, ben, chat, cleo, code, createStage, settled } from './stage.fixture'

/** What a client was told, in order, with the ids of what it asked for. */
const told = (client: Client | undefined) =>
  client?.got.map((frame) => ('code' in frame ? [String(frame.code), frame.id ?? []].flat().join(' ') : frame.type)) ?? []

/** Ben, whom another node had, comes to one that has no log, after Ana said something he has not been told. */
async function setup({ released = true } = {}) {
  const stage = createStage()
  const [north, south] = [await stage.node(), await stage.node()]
  await south.enter(ana)
  const [host, member] = [await north.enter(ana), await north.enter(ben)]
  const seq = member.admitted?.seq ?? 0
  south.tap.holdChannel()
  south.tap.refuse()
  south.tap.setConnected(false)
  host.says(chat('meanwhile', 'm1'))
  await host.next('ACK')
  const [adopted] = south.gateway.adopt([member], { seq, released })
  const restore = async () => {
    south.tap.accept()
    south.tap.setConnected(true)
    await adopted?.next('CHAT_MESSAGE')
    await settled()
  }
  return { south, host, adopted, restore }
}

describe('one who is taken over while the log is away', () => {
  test('[AD8] is told so at once, and that it is back once it has its place and what it missed', async () => {
    const { adopted, restore } = await setup()
    const early = told(adopted)

    await restore()

    expect(early).toEqual(['read_only'])
    expect(told(adopted)).toEqual(['read_only', 'CHAT_MESSAGE', 'restored'])
  })

  test('[AD8] [CM9] [G12] is refused every command until then, and none of them takes effect later', async () => {
    const { south, host, adopted, restore } = await setup()
    for (let count = 0; count < 70; count++) adopted?.says(chat('late', `late${count}`))
    adopted?.says({ type: 'PLAY', time: 1, id: 'play' })
    const refused = told(adopted).filter((text) => text.startsWith('read_only ')).length

    await restore()
    south.tap.deliver()
    await settled()

    expect(refused).toBe(71)
    expect(told(host).filter((text) => text.startsWith('CHAT_MESSAGE') || text.startsWith('PLAY'))).toHaveLength(1)
    expect(adopted?.closed).toBeUndefined()
  })

  test('[AD8] is refused what it had sent just before the log went', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const member = await north.enter(ben)
    const opening = south.tap.holdCalls('open')
    const [adopted] = south.gateway.adopt([member])
    adopted?.says(chat('early', 'm1'))
    const before = told(adopted)

    south.tap.refuse()
    south.tap.setConnected(false)
    opening.release()
    await settled()

    expect(before).toEqual([])
    expect(told(adopted)).toEqual(['read_only', 'read_only m1'])
  })

  test('[AD4] [AD8] repeats what it had sent to a node that was lost, and what was refused here, in that order', async () => {
    const { adopted, restore } = await setup({ released: false })
    adopted?.says(chat('second', 'second'))

    await restore()
    // Under its id at once, as one may after a refusal, before it has heard that its node was lost.
    adopted?.says(chat('second', 'second'))
    adopted?.says({ type: 'RECOVERED' })
    adopted?.says(chat('first', 'first'))
    adopted?.says(chat('second', 'second'))
    await adopted?.next('ACK')
    await adopted?.next('ACK')

    expect(told(adopted).slice(0, 5)).toEqual(['read_only', 'read_only second', 'RECOVERED', 'CHAT_MESSAGE', 'restored'])
    expect(adopted?.got.flatMap(({ message, seq }) => (seq === undefined || message === undefined ? [] : [message]))).toEqual([
      'meanwhile',
      'first',
      'second',
    ])
  })

  test('[AD8] is told so in the lobby too', async () => {
    const stage = createStage()
    const [north, south] = [await stage.node(), await stage.node()]
    const waiting = north.open(cleo, { lobby: true })
    await waiting.next('LOBBY')
    south.tap.refuse()
    south.tap.setConnected(false)
    const [adopted] = south.gateway.adopt([waiting], { topic: '', room: code })
    const early = told(adopted)

    south.tap.accept()
    south.tap.setConnected(true)
    await adopted?.next('NOTICE')
    await adopted?.next('NOTICE')

    expect(early).toEqual(['read_only'])
    expect(told(adopted)).toEqual(['read_only', 'restored'])
  })
})

test('[AD4] one whose node was lost is told that the log is there: it may have been told by that node that it is not', async () => {
  const stage = createStage()
  const [north, south] = [await stage.node(), await stage.node()]
  const member = await north.enter(ben)
  north.tap.setConnected(false)

  const [adopted] = south.gateway.adopt([member], { released: false })
  await adopted?.next('NOTICE')

  expect(told(member).at(-1)).toBe('read_only')
  expect(told(adopted)).toEqual(['RECOVERED', 'restored'])
})

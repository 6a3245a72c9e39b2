import { describe, expect, test } from 'bun:test'
import type { Client } from './gateway.fixture'
import { ana, ben, chat, createStage, type StagedNode, settled } from './stage.fixture'

const room = { limits: { chat: undefined } }

async function talk(client: Client, count: number, prefix: string): Promise<void> {
  for (let place = 0; place < count; place++) {
    client.says(chat(`${prefix}${place}`, `${prefix}${place}`))
    await client.next('ACK')
  }
}
const since = (client: Client) => `${client.admitted?.epoch}.${Math.max(client.admitted?.seq ?? 0, client.seqs().at(-1) ?? 0)}`
const shortWindow = { ...room, bounds: { keptEvents: 4, keptMs: 1, keptEntries: 300 } }

/** Ben is on one node, where three lines have been said; another one, which is `visitor`'s too, has not heard of them. */
async function setupBehind(visitor: string) {
  const stage = createStage(room)
  const [north, south] = [await stage.node(), await stage.node()]
  const host = await north.enter(ana)
  const member = await north.enter(ben)
  await south.enter(visitor)
  south.tap.holdChannel()
  await talk(host, 3, 'm')
  return { south, member }
}

/** Ben comes back to the room after `count` lines of which he heard none. */
async function setup({ enter, ...node }: StagedNode, count: number) {
  const host = await enter(ana)
  const member = await enter(ben)
  const from = since(member)
  member.leaves(1006)
  await talk(host, count, 'm')
  return { ...node, enter, host, member, from }
}

describe('coming back', () => {
  test.each([1, 100, 700])('[LG6] after %d events, exactly those follow, and then what comes', async (count) => {
    const stage = createStage(room)
    const { enter, host, member, from } = await setup(await stage.node(), count)

    const back = await enter(ben, { since: from })
    // The most of them come in two pages.
    while (!back.admitted) await settled()
    await talk(host, 1, 'after')

    expect(back.got[0]).toMatchObject({ resumed: true, seq: Number(from.split('.')[1]), epoch: member.admitted?.epoch, you: { id: ben } })
    const seqs = back.seqs()
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, place) => Number(from.split('.')[1]) + 1 + place))
    expect(back.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(count + 1)
  })

  test('[LG6] with nothing missed, nothing follows', async () => {
    const { enter, from } = await setup(await createStage(room).node(), 0)

    const back = await enter(ben, { since: from })

    expect(back.got).toMatchObject([{ type: 'ROOM_STATE', resumed: true, head_seq: Number(from.split('.')[1]) }])
  })

  test('[G3] [LG6] on a node that is behind the log while it reads what was missed: all of it, then what comes', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const from = since(host)
    await talk(host, 3, 'm')
    const other = await south.enter(ben)
    south.tap.holdChannel()
    const reading = south.tap.holdCalls('read')

    const back = south.open(ana, { since: from })
    await reading.reached
    await talk(host, 3, 'meanwhile')
    reading.release()
    await back.next('ROOM_STATE')
    south.tap.deliver()
    await talk(other, 1, 'after')

    expect(back.got[0]).toMatchObject({ resumed: true })
    const seqs = back.seqs()
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, place) => Number(from.split('.')[1]) + 1 + place))
    expect(back.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(7)
  })

  test('[G3] [LG6] on another node too, for the host with those who wait', async () => {
    const stage = createStage(room)
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const other = await north.enter(ben)
    const from = since(host)
    host.leaves(1006)
    await talk(other, 3, 'm')

    const back = await south.enter(ana, { since: from })

    expect(back.got[0]).toMatchObject({ resumed: true, pending: [{ display_name: 'Cleo' }] })
    expect(back.got.filter(({ type }) => type === 'CHAT_MESSAGE')).toHaveLength(3)
  })

  test('[LG6] events that come while the missed ones are read are told once, in order', async () => {
    const stage = createStage(room)
    const { enter, host, open, tap, from } = await setup(await stage.node(), 400)
    const reading = tap.holdAnswers('read')
    const back = open(ben, { since: from })
    await reading.reached

    await talk(host, 3, 'meanwhile')
    reading.release()
    await back.next('ROOM_STATE')
    await talk(host, 1, 'after')

    const seqs = back.seqs()
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, place) => Number(seqs[0]) + place))
    expect(back.got.at(-1)).toMatchObject({ message: 'after0' })
    expect(await enter(ben)).toBeDefined()
  })

  test('[G4] [LG7] past the window there is a snapshot that says so', async () => {
    const stage = createStage(shortWindow)
    const node = await stage.node()
    const { enter, host, from } = await setup(node, 1)
    for (let place = 0; place < 700; place++) {
      stage.clock.advance(10)
      await talk(host, 1, `old${place}.`)
    }

    const back = await enter(ben, { since: from })

    expect(back.got).toMatchObject([{ resumed: false, reason: 'window' }])
  })

  test('[G4] [LG7] from another log there is a snapshot that says so', async () => {
    const { enter } = await createStage(room).node()
    await enter(ana)

    const back = await enter(ben, { since: 'elsewhere.1' })

    expect(back.got).toMatchObject([{ resumed: false, reason: 'epoch' }])
  })

  test('[G4] [LG7] ahead of the log there is a snapshot that says so', async () => {
    const { enter, from } = await setup(await createStage(room).node(), 0)

    const back = await enter(ben, { since: `${from}99` })

    expect(back.got).toMatchObject([{ resumed: false, reason: 'ahead' }])
  })

  test('[G4] [LG7] ahead of this node only, the node catches up, and nothing is missed', async () => {
    const { south, member } = await setupBehind(ben)
    const from = since(member)
    member.leaves(1006)

    const back = await south.enter(ben, { since: from })

    expect(back.got[0]).toMatchObject({ resumed: true })
    expect(back.seqs()).toEqual([])
  })

  test('[G4] [LG7] ahead of this node only, which cannot catch up now, one is not said to be ahead, but to come back', async () => {
    const { south, member } = await setupBehind(ben)
    const from = since(member)
    member.leaves(1006)
    south.tap.refuse('read')

    const early = south.open(ben, { since: from })
    const code = await early.over()
    south.tap.accept()
    const back = await south.enter(ben, { since: from })

    expect(code).toBe(1013)
    expect(early.types()).toEqual(['ERROR'])
    expect(back.got[0]).toMatchObject({ resumed: true })
  })

  test('[G4] [LG7] nor is a topic, which waits until its new node can', async () => {
    const { south, member } = await setupBehind(ana)
    south.tap.refuse('read')

    const [moved] = south.gateway.adopt([member], { released: false })
    await settled()
    south.tap.accept()
    await moved?.next('RECOVERED')

    expect(moved?.types()).toEqual(['RECOVERED', 'NOTICE'])
  })

  test('[LG8] a command that a gateway may have lost with a node is asked for again', async () => {
    const { enter } = await createStage(room).node()

    const again = await enter(ana, { again: true })

    expect(again.types()).toEqual(['ROOM_STATE', 'RECOVERED'])
  })
})

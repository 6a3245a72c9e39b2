import { describe, expect, test } from 'bun:test'
import type { Client } from './gateway.fixture'
import { ana, ben, chat, cleo, code, createStage, leaseMs, sessionId, settled, tokenLifetimeMs } from './stage.fixture'

const room = { limits: { chat: undefined } }

async function talk(client: Client, count: number, prefix: string): Promise<void> {
  for (let place = 0; place < count; place++) {
    client.says(chat(`${prefix}${place}`, `${prefix}${place}`))
    await client.next('ACK')
  }
}

/** Ana and Ben on a node that is about to be gone, and a second node. */
async function setup(options: Parameters<typeof createStage>[0] = room) {
  const stage = createStage(options)
  const [north, south] = [await stage.node(), await stage.node()]
  const host = await north.enter(ana)
  const member = await north.enter(ben)
  await settled()
  return { stage, north, south, host, member }
}

describe('adoption', () => {
  test('[AD2] a topic goes on where it stood: what it missed follows, then what comes, and nothing is told twice', async () => {
    const { north, south, host, member } = await setup()
    const seq = member.seqs().at(-1) ?? member.admitted?.seq ?? 0
    await talk(host, 3, 'missed')

    const [adopted] = south.gateway.adopt([member], { seq })
    await settled()
    await talk(host, 1, 'live')
    await settled()

    expect(adopted?.types()).toEqual(['CHAT_MESSAGE', 'CHAT_MESSAGE', 'CHAT_MESSAGE', 'CHAT_MESSAGE'])
    expect(adopted?.seqs()).toEqual([1, 2, 3, 4].map((more) => seq + more))
    expect([...south.gateway.breaks, ...north.gateway.breaks]).toEqual([])
  })

  test('[AD2] more than is at hand is read from the log', async () => {
    const { south, host, member } = await setup()
    const seq = member.seqs().at(-1) ?? member.admitted?.seq ?? 0
    await talk(host, 700, 'missed')

    const [adopted] = south.gateway.adopt([member], { seq })
    await talk(host, 1, 'live')
    await settled()

    expect(adopted?.seqs()).toEqual(Array.from({ length: 701 }, (_, place) => seq + 1 + place))
  })

  test('[AD2] a node that is behind what was told already catches up first', async () => {
    const { south, host, member } = await setup()
    const other = await south.enter(ana)
    south.tap.holdChannel()
    await talk(host, 3, 'm')

    const [adopted] = south.gateway.adopt([member])
    await settled()
    south.tap.deliver()
    await talk(other, 1, 'live')

    expect(adopted?.got).toMatchObject([{ message: 'live0' }])
    expect(south.gateway.breaks).toEqual([])
  })

  test('[AD2] those who are adopted are not announced, and stay when the former node is evicted', async () => {
    const { stage, south, host, member } = await setup()
    const watcher = await south.enter(ana)

    south.gateway.adopt([host, member])
    await settled()
    stage.clock.advance(leaseMs)
    await south.node.upkeep.beat()
    await settled()

    expect(watcher.types()).toEqual(['ROOM_STATE'])
  })

  test('[AD3] past the window they get a snapshot that says so', async () => {
    const { stage, south, host, member } = await setup({ ...room, bounds: { keptEvents: 4, keptMs: 1, keptEntries: 200 } })
    const seq = member.seqs().at(-1) ?? member.admitted?.seq ?? 0
    for (let place = 0; place < 400; place++) {
      stage.clock.advance(10)
      await talk(host, 1, `m${place}.`)
    }

    const [adopted] = south.gateway.adopt([member], { seq })
    await settled()
    await talk(host, 1, 'live')
    await settled()

    expect(adopted?.got).toMatchObject([{ type: 'ROOM_STATE', reason: 'window', you: { id: ben } }, { message: 'live0' }])
    expect(adopted?.pass).not.toBe('')
    expect(south.gateway.breaks).toEqual([])
  })

  test('[AD3] of another log they get a snapshot that says so', async () => {
    const { stage, south, member } = await setup()
    stage.loseLog()

    const [adopted] = south.gateway.adopt([member])

    expect(await adopted?.next('ROOM_STATE')).toMatchObject({ reason: 'epoch', you: { id: ben } })
  })

  test('[AD4] where the former node was lost, clients are told to repeat what has no answer; where it let go, they are not', async () => {
    const { south, host, member } = await setup()

    const [lost] = south.gateway.adopt([host], { topic: 'lost', released: false })
    const [released] = south.gateway.adopt([member], { topic: 'released', released: true })
    await settled()

    expect(lost?.types()).toEqual(['RECOVERED', 'NOTICE'])
    expect(released?.types()).toEqual([])
  })

  test('[AD4] a command that was in flight, repeated at the next node, takes effect once', async () => {
    const { south, host } = await setup()
    await talk(host, 1, 'm')

    const [adopted] = south.gateway.adopt([host], { released: false })
    await adopted?.next('RECOVERED')
    adopted?.says({ type: 'RECOVERED' })
    adopted?.says(chat('m0', 'm0'))

    expect(await adopted?.next('ACK')).toMatchObject({ id: 'm0', seq: host.seqs().at(-1) ?? 0 })
    expect(adopted?.seqs()).toEqual([])
  })

  test('[AD5] without a good pass, or of an ended session, a client is closed with 4401', async () => {
    const { north, south, host, member } = await setup()
    const another = await north.enter(ben)
    south.node.revoke(sessionId(1))

    const [ended, bad, swapped] = south.gateway.adopt([host, { ...member, pass: 'forged' }, { ...another, pass: member.pass }])

    for (const client of [ended, bad, swapped]) {
      expect(await client?.over()).toBe(4401)
      expect(client?.got).toMatchObject([{ type: 'ERROR', code: 'unauthenticated' }])
    }
  })

  test('[AD5] one whose token has expired meanwhile is taken over, and has half a minute to show another', async () => {
    const { stage, south, host } = await setup()
    stage.clock.advance(tokenLifetimeMs + 1)
    await south.node.upkeep.beat()

    const [adopted] = south.gateway.adopt([host])
    await settled()
    await south.pass(200)
    const asked = adopted?.types()
    await south.pass(29_800)

    expect(asked).toEqual(['TOKEN_EXPIRING'])
    expect(await adopted?.over()).toBe(4401)
  })

  test('[AD6] further frames of the same topic join it, and miss nothing', async () => {
    const { north, south, host, member } = await setup()
    const seq = host.seqs().at(-1) ?? 0
    const third = await north.enter(ben)
    await talk(host, 3, 'missed')
    const topic = `${code}.adopted`
    const opening = south.tap.holdCalls('open')

    const [first] = south.gateway.adopt([member], { topic, seq, released: false })
    const [second] = south.gateway.adopt([third], { topic, seq, released: false })
    opening.release()
    await settled()
    await talk(host, 1, 'live')
    await settled()

    expect(first?.seqs()).toEqual([1, 2, 3, 4].map((more) => seq + more))
    expect(second?.seqs()).toEqual(first?.seqs() ?? [])
    expect(south.gateway.breaks).toEqual([])
    expect(south.node.rooms.get(code)?.topics.size).toBe(1)
  })

  test('[AD6] a further frame that comes when everybody of the topic has gone gets a snapshot', async () => {
    const { north, south, host, member } = await setup()
    const seq = host.seqs().at(-1) ?? 0
    const third = await north.enter(ben)
    await talk(host, 3, 'missed')
    const topic = `${code}.adopted`
    const [first] = south.gateway.adopt([member], { topic, seq })
    await settled()
    first?.leaves(1006)

    const [second] = south.gateway.adopt([third], { topic, seq: seq + 3 })
    await settled()
    await talk(host, 1, 'live')
    await settled()

    expect(second?.got).toMatchObject([{ type: 'ROOM_STATE', reason: 'window' }, { message: 'live0' }])
    expect(south.gateway.breaks).toEqual([])
  })

  test('[AD6] a topic of which nobody may stay is not published to', async () => {
    const { south, north, host, member } = await setup()
    await north.decide(ben, 'REMOVED')
    const [gone] = south.gateway.adopt([member])
    await gone?.over()

    await talk(host, 2, 'm')
    await settled()

    expect(south.node.rooms.get(code)?.topics.size).toBe(0)
    expect(south.gateway.wasted).toEqual([])
  })

  test('[AD7] what a client sends right behind its adoption is performed after it, in order', async () => {
    const { south, host, member } = await setup()
    const topic = `${code}.adopted`
    const opening = south.tap.holdCalls('open')

    const [first] = south.gateway.adopt([host], { topic })
    const [second] = south.gateway.adopt([member], { topic })
    first?.says(chat('one', 'm1'))
    second?.says(chat('two', 'm2'))
    opening.release()

    expect(await first?.next('ACK')).toMatchObject({ id: 'm1' })
    expect(await second?.next('ACK')).toMatchObject({ id: 'm2' })
  })

  test('[AD7] one who closes right behind its adoption is gone, and leaves nobody behind', async () => {
    const { south, member } = await setup()
    const watcher = await south.enter(ana)
    const adopting = south.tap.holdAnswers('adopt')
    const [early] = south.gateway.adopt([member])
    await adopting.reached

    early?.leaves(1006)
    await south.pass(6_000)
    adopting.release()
    await settled()
    await south.pass(6_000)

    expect(watcher.got.at(-1)).toMatchObject({ type: 'USER_LEFT', user: { id: ben } })
    expect(south.node.context.sessions.has(member.id)).toBe(false)
  })

  test('[AD7] one who closes before its turn came is not brought back', async () => {
    const { south, host, member } = await setup()
    const opening = south.tap.holdCalls('open')
    const [first] = south.gateway.adopt([member], { topic: `${code}.adopted` })
    const [waiting] = south.gateway.adopt([host], { topic: '' })

    first?.leaves(1006)
    waiting?.leaves(1006)
    opening.release()
    await settled()

    expect(south.node.context.sessions.size).toBe(0)
    expect(south.node.rooms.get(code)?.members.size ?? 0).toBe(0)
    expect(south.node.rooms.get(code)?.waiting.size ?? 0).toBe(0)
  })

  test('[AD8] while the log is away clients keep their sockets, and are taken over when it is back', async () => {
    const { south, host, member } = await setup()
    const seq = member.seqs().at(-1) ?? member.admitted?.seq ?? 0
    await talk(host, 2, 'missed')
    south.tap.refuse()
    const [adopted] = south.gateway.adopt([member], { seq })
    adopted?.says(chat('kept', 'm1'))
    await settled()
    const openUntilThen = adopted?.closed === undefined

    south.tap.accept()

    expect(await adopted?.next('ACK')).toMatchObject({ id: 'm1' })
    expect(openUntilThen).toBe(true)
    expect(adopted?.seqs()).toEqual([1, 2, 3].map((more) => seq + more))
  })

  test('[AD9] one who was removed, left, or whose room was closed meanwhile is told so', async () => {
    const { north, south, host, member } = await setup()
    await north.decide(ben, 'REMOVED')
    const [removed] = south.gateway.adopt([member], { topic: 'one' })
    expect(await removed?.over()).toBe(4411)

    await north.change({ is_active: false })
    const [closed] = south.gateway.adopt([host], { topic: 'two', seq: host.admitted?.seq ?? 1 })

    expect(await closed?.over()).toBe(4410)
    expect(closed?.types().slice(-2)).toEqual(['ROOM_CLOSED', 'ERROR'])
  })

  test('[AD9] one who is removed while it is taken over does not slip in', async () => {
    const { north, south, member } = await setup()
    await south.enter(ana)
    const adopting = south.tap.holdAnswers('adopt')
    const [adopted] = south.gateway.adopt([member])
    await adopting.reached

    await north.decide(ben, 'REMOVED')
    adopting.release()

    expect(await adopted?.over()).toBe(4411)
  })

  test('[AD10] those who wait go on waiting at the next node, and are let in there', async () => {
    const { north, south } = await setup()
    const waiting = north.open(cleo, { lobby: true })
    await waiting.next('LOBBY')

    const [adopted] = south.gateway.adopt([waiting], { topic: '', room: code })
    await settled()
    const told = adopted?.types()
    await north.decide(cleo, 'APPROVED')

    expect(told).toEqual([])
    expect(await adopted?.next('ROOM_STATE')).toMatchObject({ you: { id: cleo } })
  })

  test('[AD10] one who was let in between two nodes is in', async () => {
    const { north, south } = await setup()
    const waiting = north.open(cleo, { lobby: true })
    await waiting.next('LOBBY')
    north.node.releaseDoor(north.gateway.door)
    await north.decide(cleo, 'APPROVED')

    const [adopted] = south.gateway.adopt([waiting], { topic: '', room: code })

    expect(await adopted?.next('ROOM_STATE')).toMatchObject({ you: { id: cleo } })
  })

  test('[AD11] a client that comes back to the same node, over another link, replaces what it was there', async () => {
    const { north, host, member } = await setup()
    const topic = `${code}.again`

    const again = north.gateway.adopt([member], { topic })
    await settled()
    await talk(host, 1, 'm')
    await north.pass(10_000)

    expect(north.node.rooms.get(code)?.members.size).toBe(2)
    expect(again[0]?.types()).toEqual(['CHAT_MESSAGE', 'HEARTBEAT'])
    expect(host.types()).not.toContain('USER_LEFT')
  })
})

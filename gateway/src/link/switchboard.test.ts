import { describe, expect, test } from 'bun:test'
import type { ClientFrame } from '@matinee/contracts'
import { createSwitchboardStage, publish, room, topic } from './switchboard.fixture'

describe('switchboard', () => {
  test('[GW26] a client is opened at the node of its room, however its code is typed', () => {
    const { addLink, connect } = createSwitchboardStage()
    const link = addLink('a')

    const { socket } = connect({ room: room.toLowerCase(), since: 'e1.4', lobby: true })

    expect(link.sent).toEqual([{ op: 'open', connection: socket.id, request: { room, token: 'token', lobby: true, since: 'e1.4' } }])
  })

  test('[GW27] an event comes over the link once and goes to everybody in the topic, after what was sent before', () => {
    const { addLink, tell, member } = createSwitchboardStage()
    const link = addLink('a')
    const [ana, ben] = [member(link), member(link)]

    tell(
      link,
      { op: 'send', connection: ana.socket.id, payload: 'for ana' },
      publish(2),
      { op: 'tell', topic, payload: 'notice' },
      publish(3),
    )

    expect(ana.got).toEqual(['for ana', 'event 2', 'notice', 'event 3'])
    expect(ben.got).toEqual(['event 2', 'notice', 'event 3'])
  })

  test('[GW47] what asks for the clock is urgent, whatever else is not', () => {
    const { switchboard, addLink, member } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)
    const texts = [
      JSON.stringify({ type: 'CHAT_MESSAGE', message: '{"type":"TIME_SYNC"' }),
      JSON.stringify({ type: 'TIME_SYNC', t0: 5 } satisfies ClientFrame),
      JSON.stringify({ type: 'PAUSE', time: 5 }),
    ]

    for (const text of texts) switchboard.text(ana.socket, text)

    expect(link.sent.slice(-3).map((frame) => frame.op === 'text' && frame.text)).toEqual(texts)
    expect(link.urgent).toEqual([{ op: 'text', connection: ana.socket.id, text: texts[1] ?? '' }])
  })

  test('[GW28] an event that does not follow the last one ends the link, and is not delivered', () => {
    const { addLink, tell, member, adoptionsOf } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)
    const other = addLink('b')

    tell(link, publish(3))

    expect(link.dropped).toContain('does not follow')
    expect(ana.got).toEqual([])
    expect(adoptionsOf(other)).toMatchObject([{ seq: 1, released: false }])
  })

  test('[GW29] when a link is lost its topics move with their passes, and clients keep their sockets', () => {
    const { addLink, breakLink, tell, member, adoptionsOf } = createSwitchboardStage()
    const first = addLink('a')
    const [ana, ben] = [member(first), member(first)]
    tell(first, publish(2))
    const second = addLink('b')

    breakLink(first)

    const [adoption] = adoptionsOf(second)
    expect(adoption).toMatchObject({
      room,
      epoch: 'e1',
      seq: 2,
      released: false,
      connections: [
        [ana.socket.id, `pass of ${ana.socket.id}`],
        [ben.socket.id, `pass of ${ben.socket.id}`],
      ],
    })
    tell(second, publish(3, adoption?.topic))
    expect(ana.got).toEqual(['event 2', 'event 3'])
    expect(ben.over.code).toBeUndefined()
  })

  test('[GW29] what a former node still says is not heard', () => {
    const { addLink, breakLink, tell, member } = createSwitchboardStage()
    const first = addLink('a')
    const ana = member(first)
    addLink('b')
    breakLink(first)

    tell(
      first,
      publish(2),
      { op: 'send', connection: ana.socket.id, payload: 'late' },
      { op: 'close', connection: ana.socket.id, code: 4403, reason: '' },
    )

    expect(ana.got).toEqual([])
    expect(ana.over.code).toBeUndefined()
  })

  test('[GW29] a topic of more than 500 moves in several frames', () => {
    const { addLink, breakLink, member, adoptionsOf } = createSwitchboardStage()
    const first = addLink('a')
    for (let count = 0; count < 1_001; count++) member(first)
    const second = addLink('b')

    breakLink(first)

    const adoptions = adoptionsOf(second)
    expect(adoptions.map(({ connections }) => connections.length)).toEqual([500, 500, 1])
    expect(new Set(adoptions.map(({ topic: name }) => name)).size).toBe(1)
  })

  test('[GW39] what a node has that is cut off goes on elsewhere, once, and the node is told that it is gone; what it says is not heard', () => {
    const { addLink, tell, member, connect, adoptionsOf, switchboard } = createSwitchboardStage()
    const cut = addLink('a')
    const ana = member(cut)
    const asking = connect()
    const well = addLink('b')
    cut.up = false

    const moved = [switchboard.leave(cut), switchboard.leave(cut)]
    tell(cut, publish(2), { op: 'close', connection: ana.socket.id, code: 1013, reason: '' })

    expect(moved).toEqual([2, 0])
    expect(cut.sent.slice(-2)).toEqual([
      { op: 'closed', connection: ana.socket.id, code: 1006 },
      { op: 'closed', connection: asking.socket.id, code: 1006 },
    ])
    expect(adoptionsOf(well)).toMatchObject([{ seq: 1, released: false, connections: [[ana.socket.id, `pass of ${ana.socket.id}`]] }])
    expect(well.sent.map(({ op }) => op)).toEqual(['adopt', 'open'])
    expect([cut.dropped, ana.got, ana.over.code]).toEqual([undefined, [], undefined])
  })

  test('[GW30] a client that had no answer yet asks again, and one that waits is adopted as waiting', () => {
    const { addLink, breakLink, connect, tell } = createSwitchboardStage()
    const first = addLink('a')
    const asking = connect()
    const waiting = connect({ lobby: true })
    tell(first, { op: 'renew', connection: waiting.socket.id, pass: 'lobby pass' })
    const second = addLink('b')

    breakLink(first)

    expect(second.sent).toEqual([
      { op: 'open', connection: asking.socket.id, request: { room, token: 'token', lobby: false } },
      { op: 'adopt', adoption: { topic: '', room, epoch: '', seq: 0, released: true, connections: [[waiting.socket.id, 'lobby pass']] } },
    ])
  })

  test('[GW30] the token is forgotten as soon as a client is answered', () => {
    const { addLink, member, switchboard } = createSwitchboardStage()
    const ana = member(addLink('a'))

    expect(switchboard.clients.get(ana.socket.id)?.request).toBeUndefined()
  })

  test('[GW31] a draining node is sent nothing more; what clients send is held until the topic has been released, in order', () => {
    const { addLink, tell, member, switchboard, adoptionsOf } = createSwitchboardStage()
    const first = addLink('a')
    const ana = member(first)
    const second = addLink('b')

    tell(first, { op: 'drain' })
    switchboard.text(ana.socket, 'one')
    switchboard.text(ana.socket, 'two')
    tell(first, publish(2), { op: 'released', topic, seq: 2 })

    expect(first.sent.at(-1)).toEqual({ op: 'drained' })
    expect(first.finished).toBe(true)
    expect(adoptionsOf(second)).toMatchObject([{ seq: 2, released: true }])
    expect(second.sent.slice(-2)).toEqual([
      { op: 'text', connection: ana.socket.id, text: 'one' },
      { op: 'text', connection: ana.socket.id, text: 'two' },
    ])
  })

  test('[GW32] while there is no node, clients stay open and are told; then they are sent away to try later', () => {
    const { clock, switchboard, refused, addLink, breakLink, tell, member } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)

    breakLink(link)
    tell(link)
    clock.advance(29_999)
    switchboard.tick()
    const openUntilThen = ana.over.code === undefined
    clock.advance(1)
    switchboard.tick()

    expect(openUntilThen).toBe(true)
    expect(ana.got.map((text) => JSON.parse(text))).toMatchObject([
      { type: 'NOTICE', code: 'reconnecting' },
      { type: 'ERROR', code: 'unavailable', retryable: true },
    ])
    expect(ana.over.code).toBe(1013)
    expect(refused).toEqual(['no_node'])
  })

  test('[GW32] a node that comes back in time takes over whoever waits for one', () => {
    const { clock, switchboard, addLink, breakLink, member, adoptionsOf } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)
    breakLink(link)
    switchboard.text(ana.socket, 'meanwhile')

    const next = addLink('b')
    clock.advance(60_000)
    switchboard.tick()

    expect(adoptionsOf(next)).toMatchObject([{ seq: 1, connections: [[ana.socket.id, `pass of ${ana.socket.id}`]] }])
    expect(next.sent.at(-1)).toEqual({ op: 'text', connection: ana.socket.id, text: 'meanwhile' })
    expect(ana.over.code).toBeUndefined()
  })

  test('[GW33] [G14] more than a client may have waiting is refused with the id it carried', () => {
    const { switchboard, refused, addLink, breakLink, tell, member } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)
    breakLink(link)

    for (let count = 0; count < 65; count++)
      switchboard.text(ana.socket, JSON.stringify({ type: 'CHAT_MESSAGE', message: 'x', id: `m${count}` }))
    tell(link)

    const told = ana.got.map((text) => JSON.parse(text)).filter(({ type }) => type === 'ERROR')
    expect(told).toMatchObject([{ code: 'unavailable', retryable: true, id: 'm64' }])
    expect(refused).toEqual(['held_too_much'])
  })

  test('[GW33] [G14] they are measured in bytes, whatever they are written in', () => {
    const { switchboard, refused, addLink, breakLink, member } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)
    breakLink(link)
    const text = '☾'.repeat(4_000)

    for (let count = 0; count < 6; count++) switchboard.text(ana.socket, text)

    expect(Buffer.byteLength(text)).toBe(12_000)
    expect(refused).toEqual(['held_too_much'])
  })

  test('[GW34] a client that goes is told to its node, and a topic without clients is forgotten', () => {
    const { switchboard, addLink, breakLink, member, adoptionsOf } = createSwitchboardStage()
    const link = addLink('a')
    const ana = member(link)

    switchboard.closed(ana.socket, 1001)
    const second = addLink('b')
    breakLink(link)

    expect(link.sent.at(-1)).toEqual({ op: 'closed', connection: ana.socket.id, code: 1001 })
    expect(adoptionsOf(second)).toEqual([])
  })

  test('[GW35] a client that is given a snapshot of another epoch leaves the old topic behind', () => {
    const { addLink, tell, member } = createSwitchboardStage()
    const link = addLink('a')
    const [ana, ben] = [member(link), member(link)]

    tell(
      link,
      { op: 'admit', connection: ana.socket.id, topic: `${room}.e2`, epoch: 'e2', seq: 1, pass: 'p' },
      publish(2, `${room}.e2`),
      publish(2),
    )

    expect(ana.got).toEqual(['event 2'])
    expect(ben.got).toEqual(['event 2'])
  })
})

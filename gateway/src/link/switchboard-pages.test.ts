import { describe, expect, test } from 'bun:test'
import type { ToGateway } from '@matinee/contracts'
import { createSwitchboardStage, publish, room, topic } from './switchboard.fixture'

type Stage = ReturnType<typeof createSwitchboardStage>
type Client = ReturnType<Stage['connect']>

const page = ({ socket }: Client, seq: number): ToGateway => {
  return { op: 'page', connection: socket.id, place: `e1.${seq}`, payloads: ['state', `event ${seq}`] }
}
const passOf = ({ socket }: Client) => [socket.id, `pass of ${socket.id}`] as const

/** Two members of one topic; the first is given a page up to 5, which it does not take yet, while the topic stands at 1. */
function setup() {
  const stage = createSwitchboardStage()
  const link = stage.addLink('a')
  const [ana, ben] = [stage.member(link), stage.member(link)]
  ana.stalls()
  stage.tell(link, page(ana, 5))
  return { ...stage, link, ana, ben }
}

describe('a member that is given pages', () => {
  test('[GW46] leaves its topic, and gets no events of it', () => {
    const { tell, link, ana, ben } = setup()

    tell(link, publish(2))
    ana.drains()

    expect(ana.got).toEqual(['state', 'event 5'])
    expect(ben.got).toEqual(['event 2'])
    expect(link.sent.at(-1)).toEqual({ op: 'taken', connection: ana.socket.id })
  })

  test('[GW46] [GW35] is in the topic that it is admitted to after its last page', () => {
    const { tell, link, ana, ben, adoptionsOf, addLink, breakLink } = setup()
    ana.drains()

    tell(link, { op: 'admit', connection: ana.socket.id, topic, epoch: 'e1', seq: 7, pass: 'new pass' }, publish(8))
    const next = addLink('b')
    breakLink(link)

    expect(ana.got.slice(2)).toEqual(['event 8'])
    expect(adoptionsOf(next)).toMatchObject([{ seq: 8, connections: [passOf(ben), [ana.socket.id, 'new pass']] }])
  })

  test('[GW46] [GW29] moves by itself when its node is lost, from where its last page ends; the next node hears when it has taken that', () => {
    const { tell, link, ana, ben, adoptionsOf, addLink, breakLink } = setup()
    const next = addLink('b')
    ana.drains()
    ana.stalls()
    tell(link, page(ana, 9), publish(2))

    breakLink(link)
    const adoptions = adoptionsOf(next)
    const early = next.sent.some(({ op }) => op === 'taken')
    ana.drains()

    const here = { room, epoch: 'e1', released: false }
    expect(adoptions.map(({ topic: _, ...rest }) => rest)).toEqual([
      { ...here, seq: 2, connections: [passOf(ben)] },
      { ...here, seq: 9, untaken: true, connections: [passOf(ana)] },
    ])
    expect(new Set(adoptions.map(({ topic: name }) => name)).size).toBe(2)
    expect(early).toBe(false)
    expect(next.sent.at(-1)).toEqual({ op: 'taken', connection: ana.socket.id })
  })

  test('[GW46] moves without further words when it has taken its page', () => {
    const { link, ana, adoptionsOf, addLink, breakLink } = setup()
    const next = addLink('b')
    ana.drains()

    breakLink(link)

    expect(adoptionsOf(next).map(({ seq, untaken }) => ({ seq, untaken }))).toEqual([
      { seq: 1, untaken: undefined },
      { seq: 5, untaken: undefined },
    ])
  })

  test('[GW46] is in a topic like any where the next node has it go on there', () => {
    const { tell, link, ana, adoptionsOf, addLink, breakLink } = setup()
    const next = addLink('b')
    breakLink(link)
    const name = adoptionsOf(next).find(({ seq }) => seq === 5)?.topic ?? ''
    ana.drains()
    const third = addLink('c')

    tell(next, publish(6, name), { op: 'drain' })
    const early = adoptionsOf(third)
    tell(next, { op: 'released', topic: name, seq: 6 })

    expect(early).toEqual([])
    expect(adoptionsOf(third)).toMatchObject([{ seq: 6, released: true, connections: [passOf(ana)] }])
    expect(ana.got.slice(2)).toEqual(['event 6'])
  })

  test('[GW46] [GW31] moves as soon as its node says that it goes, for that will not say that it lets it go; the link ends with the last', () => {
    const { tell, link, switchboard, ana, ben, adoptionsOf, addLink } = setup()
    const next = addLink('b')

    tell(link, { op: 'drain' })
    switchboard.text(ana.socket, 'hello')
    const early = { adoptions: adoptionsOf(next), finished: link.finished }
    tell(link, { op: 'released', topic, seq: 1 })

    expect(early.adoptions).toMatchObject([{ seq: 5, released: false, untaken: true, connections: [passOf(ana)] }])
    expect(early.finished).toBe(false)
    expect(next.sent).toContainEqual({ op: 'text', connection: ana.socket.id, text: 'hello' })
    expect(adoptionsOf(next)[1]).toMatchObject({ seq: 1, released: true, connections: [passOf(ben)] })
    expect(link.finished).toBe(true)
  })

  test('[GW46] [GW31] moves as soon as the next node goes too, be it that it waits there for its page to be taken', () => {
    const { tell, link, ana, adoptionsOf, addLink, breakLink } = setup()
    const next = addLink('b')
    breakLink(link)
    const third = addLink('c')

    tell(next, { op: 'drain' })
    ana.drains()

    expect(adoptionsOf(third)).toMatchObject([{ seq: 5, released: false, untaken: true, connections: [passOf(ana)] }])
    expect(third.sent.at(-1)).toEqual({ op: 'taken', connection: ana.socket.id })
  })

  test('[GW46] [GW31] moves at once where the page was on its way when its node said that it goes, and with the last the link ends', () => {
    const { tell, link, ana, ben, adoptionsOf, addLink } = setup()
    const next = addLink('b')
    tell(link, { op: 'drain' })

    tell(link, page(ben, 4))

    expect(adoptionsOf(next)).toMatchObject([
      { seq: 5, connections: [passOf(ana)] },
      { seq: 4, released: false, connections: [passOf(ben)] },
    ])
    expect(ben.got).toEqual(['state', 'event 4'])
    expect(link.finished).toBe(true)
  })

  test('[GW46] [GW32] waits for a node by itself, and goes on from its last page when there is one', () => {
    const { link, switchboard, clock, ana, adoptionsOf, addLink, breakLink } = setup()
    breakLink(link)

    clock.advance(29_999)
    switchboard.tick()
    const next = addLink('b')

    expect(adoptionsOf(next)).toMatchObject([{ seq: 1 }, { seq: 5, untaken: true, connections: [passOf(ana)] }])
    expect(ana.over.code).toBeUndefined()
  })

  test('[GW46] [GW34] leaves nothing behind when it goes', () => {
    const { link, switchboard, ana, ben, adoptionsOf, addLink, breakLink } = setup()

    switchboard.closed(ana.socket, 1001)
    const next = addLink('b')
    breakLink(link)

    expect(adoptionsOf(next)).toMatchObject([{ seq: 1, connections: [passOf(ben)] }])
  })
})

test('[GW45] a client that has no place yet is asked for again from its last page, and the next node hears when it has taken that', () => {
  const { addLink, breakLink, connect, tell } = createSwitchboardStage()
  const link = addLink('a')
  const client = connect({ since: 'e1.1' })
  client.stalls()
  tell(link, page(client, 5))
  const next = addLink('b')

  breakLink(link)
  client.drains()

  const request = { room, token: 'token', lobby: false, since: 'e1.5', untaken: true }
  expect(next.sent).toEqual([
    { op: 'open', connection: client.socket.id, request },
    { op: 'taken', connection: client.socket.id },
  ])
})

test('[GW45] one that renews its token before it has its place goes on by its pass, from its last page, and waits in no lobby', () => {
  const { addLink, breakLink, connect, tell, adoptionsOf } = createSwitchboardStage()
  const link = addLink('a')
  const client = connect({ since: 'e1.1' })
  client.stalls()
  tell(link, page(client, 5), { op: 'renew', connection: client.socket.id, pass: 'new pass' })
  const next = addLink('b')

  breakLink(link)
  client.drains()
  tell(next, page(client, 9))
  const third = addLink('c')
  breakLink(next)

  const connections = [[client.socket.id, 'new pass']]
  expect(next.sent.filter(({ op }) => op === 'open')).toEqual([])
  expect(adoptionsOf(next)).toMatchObject([{ room, epoch: 'e1', seq: 5, released: false, untaken: true, connections }])
  expect(next.sent.at(-1)).toEqual({ op: 'taken', connection: client.socket.id })
  expect(adoptionsOf(third)).toMatchObject([{ room, epoch: 'e1', seq: 9, connections }])
})

test('[GW45] [GW35] one that has renewed its token is in the topic that it is admitted to after its last page', () => {
  const { addLink, connect, tell } = createSwitchboardStage()
  const link = addLink('a')
  const client = connect({ since: 'e1.1' })
  tell(link, page(client, 5), { op: 'renew', connection: client.socket.id, pass: 'new pass' })

  tell(link, { op: 'admit', connection: client.socket.id, topic, epoch: 'e1', seq: 7, pass: 'newer pass' }, publish(8))

  expect(client.got).toEqual(['state', 'event 5', 'event 8'])
  expect(link.dropped).toBeUndefined()
})

import { describe, expect, test } from 'bun:test'
import { decodeToGateway, encodeToSync, type ToGateway, type ToSync } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { createMemoryLink } from '@matinee/link'
import { ana, ben, chat, cleo, code, createStage, type StageOptions, settled } from '../live/stage.fixture'
import { createLinkDoors } from './link-door'

/** A node behind a link, and what its gateway is told. */
async function setup(options: StageOptions = {}) {
  const stage = createStage(options)
  const { node, tap, decide } = await stage.node()
  const clock = createManualClock()
  const ended: string[] = []
  const onEnded = (reason: string) => void ended.push(reason)
  const doors = createLinkDoors({ node, clock, logger: silentLog, idleMs: 15_000, onEnded })
  const link = async () => {
    const got: ToGateway[] = []
    const texts: string[] = []
    let waiting: (() => void)[] = []
    const wake = () => {
      for (const resume of waiting.splice(0)) resume()
    }
    const end = { closed: false }
    const raw = await createMemoryLink(doors.accept)({
      frame(text) {
        texts.push(text)
        got.push(decodeToGateway(text))
        wake()
      },
      closed() {
        end.closed = true
        wake()
      },
    })
    const until = async <T>(look: () => T | undefined): Promise<T> => {
      for (;;) {
        const found = look()
        if (found !== undefined) return found
        await new Promise<void>((resolve) => {
          waiting = [...waiting, resolve]
        })
      }
    }
    return {
      got,
      texts,
      send: (frame: ToSync) => raw.send(encodeToSync(frame)),
      raw,
      over: () => until(() => end.closed || undefined),
      isOver: () => end.closed,
      frame: <Op extends ToGateway['op']>(op: Op, matches: (frame: Extract<ToGateway, { op: Op }>) => boolean = () => true) =>
        until(() => got.filter((frame): frame is Extract<ToGateway, { op: Op }> => frame.op === op).find(matches)),
    }
  }
  const open = (userId: string, connection: string, fields: object = {}): ToSync => ({
    op: 'open',
    connection,
    request: { room: code, token: stage.tokens.issue(userId), lobby: false, ...fields },
  })
  const says = (connection: string, frame: object): ToSync => ({ op: 'text', connection, text: JSON.stringify(frame) })
  /** Has the node go, up to where its gateway sends it nothing more; `drained` is when it has gone. */
  const drains = async (gateway: Awaited<ReturnType<typeof link>>) => {
    const drained = doors.drain()
    await gateway.frame('drain')
    gateway.send({ op: 'drained' })
    await settled()
    return { drained }
  }
  return { stage, node, tap, decide, doors, ended, clock, link, open, says, drains }
}

describe('the door of links', () => {
  test('[AD12] a member is let in with its place and a pass, then gets its ROOM_STATE, then events, once for all of its link', async () => {
    const { link, open, says } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    gateway.send(open(ben, 'c2'))
    await gateway.frame('admit', ({ connection }) => connection === 'c2')

    gateway.send(says('c1', chat('hello', 'm1')))
    const ack = await gateway.frame('send', ({ payload }) => payload.includes('"ACK"'))

    const lines = gateway.got.filter((frame) => frame.op === 'publish' && frame.payload.includes('CHAT_MESSAGE'))
    const first = gateway.got.findIndex((frame) => frame.op === 'admit')
    expect(gateway.got[first]).toMatchObject({ connection: 'c1', seq: 1 })
    expect(gateway.got[first + 1]).toMatchObject({ op: 'send', connection: 'c1' })
    expect(lines).toHaveLength(1)
    expect(gateway.got.indexOf(ack)).toBeGreaterThan(gateway.got.indexOf(lines[0] ?? ack))
  })

  test('[AD12] one who goes away is gone', async () => {
    const { stage, node, link, open } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    gateway.send(open(ben, 'c2'))
    await gateway.frame('admit', ({ connection }) => connection === 'c2')

    gateway.send({ op: 'closed', connection: 'c2', code: 1000 })
    await settled()
    stage.clock.advance(1_000)
    node.upkeep.tick()

    expect(await gateway.frame('publish', ({ payload }) => payload.includes('USER_LEFT'))).toBeDefined()
  })

  test('[AD16] a node that is cut off from the log says so on every link, and when it is back', async () => {
    const { tap, link } = await setup()
    const early = await link()

    tap.setConnected(false)
    const late = await link()
    tap.setConnected(true)
    for (const { frame } of [early, late]) await frame('away', ({ away }) => !away)

    expect([early.got, late.got]).toEqual(Array(2).fill([true, false].map((away) => ({ op: 'away', away }))))
  })

  test('[AD13] [G14] a link over which something else comes is ended, and what came is not repeated', async () => {
    for (const text of ['?c1 x', 'Oc1 {"token":"secret', 'Cc1 later', 'x', '']) {
      const { link, ended } = await setup()
      const gateway = await link()

      gateway.raw.send(text)

      expect(await gateway.over()).toBe(true)
      expect(ended).toEqual(['distrusted'])
    }
  })

  test('[AD13] what a client sends does not end the link, whatever it is', async () => {
    const { link, open } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    await gateway.frame('admit')

    for (const text of ['', '{', '"\u0000"', ' '.repeat(100), '{"type":"__proto__"}']) gateway.send({ op: 'text', connection: 'c1', text })
    gateway.send({ op: 'text', connection: 'nobody', text: '{}' })
    gateway.send({ op: 'closed', connection: 'nobody', code: 1000 })
    gateway.send({ op: 'beat', count: 7 })

    expect(await gateway.frame('beat')).toEqual({ op: 'beat', count: 7 })
    expect(gateway.isOver()).toBe(false)
  })

  test('[AD14] [G14] a link that is silent for too long is ended; a beat is a sign of life', async () => {
    const { link, doors, ended, clock } = await setup()
    const gateway = await link()
    clock.advance(15_000)
    gateway.send({ op: 'beat', count: 1 })
    await gateway.frame('beat')
    clock.advance(15_000)
    doors.tick()
    await settled()
    const openUntilThen = !gateway.isOver()

    clock.advance(1)
    doors.tick()

    expect(openUntilThen).toBe(true)
    expect(await gateway.over()).toBe(true)
    expect(ended).toEqual(['silent'])
  })

  test('[AD15] a node that goes says so, lets commands under way finish, and releases each topic at its last event', async () => {
    const { link, open, says, tap, drains } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    await gateway.frame('admit')
    const appending = tap.holdAnswers('append')
    gateway.send(says('c1', chat('under way', 'm1')))
    await appending.reached

    const { drained } = await drains(gateway)
    const before = gateway.got.some(({ op }) => op === 'released')
    appending.release()
    const released = await gateway.frame('released')
    gateway.raw.close()
    await drained

    const ops = gateway.got.map(({ op }) => op)
    const line = gateway.got.findIndex((frame) => frame.op === 'publish' && frame.payload.includes('under way'))
    expect(before).toBe(false)
    expect(released).toMatchObject({ seq: 2 })
    expect(ops.slice(line)).toEqual(['publish', 'send', 'released'])
  })

  test('[AD4] [AD15] without the log nothing is called released: who takes over tells clients that it is there', async () => {
    const { doors, link, open, tap } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    await gateway.frame('admit')
    tap.setConnected(false)

    const drained = doors.drain()
    gateway.send({ op: 'drained' })
    await drained

    expect(gateway.got.map(({ op }) => op)).not.toContain('released')
    expect(await gateway.over()).toBe(true)
  })

  test('[AD15] where something is still under way after five seconds nothing is called released: clients are to repeat it', async () => {
    const { clock, link, open, says, tap, drains } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    await gateway.frame('admit')
    const appending = tap.holdAnswers('append')
    gateway.send(says('c1', chat('stuck', 'm1')))
    await appending.reached

    const { drained } = await drains(gateway)
    clock.advance(5_000)
    await drained
    await gateway.over()

    expect(gateway.got.map(({ op }) => op)).not.toContain('released')
  })

  test('[AD15] those who are not members yet begin anew elsewhere: this node forgets them', async () => {
    const { doors, link, node, open, tap } = await setup()
    const gateway = await link()
    gateway.send(open(cleo, 'c1', { lobby: true }))
    await gateway.frame('send')
    const arriving = tap.holdCalls('arrive')
    gateway.send(open(ana, 'c2'))
    await arriving.reached

    const drained = doors.drain()
    arriving.release()
    gateway.send(open(ben, 'c3'))
    gateway.send({ op: 'drained' })
    await settled()
    gateway.raw.close()
    await drained

    expect(node.context.sessions.size).toBe(0)
    expect(gateway.got.filter(({ op }) => op === 'admit' || op === 'close')).toEqual([])
  })

  test('[AD15] members who have no place for a moment, for their log is another, get it and are released with their topic', async () => {
    const { stage, link, open, says, tap, drains } = await setup()
    const gateway = await link()
    gateway.send(open(ana, 'c1'))
    await gateway.frame('admit')
    stage.loseLog()
    const arriving = tap.holdCalls('arrive')
    gateway.send(says('c1', chat('to the next log', 'm1')))
    await arriving.reached

    const { drained } = await drains(gateway)
    arriving.release()
    const released = await gateway.frame('released')
    gateway.raw.close()
    await drained

    const admitted = gateway.got.filter((frame) => frame.op === 'admit')
    expect(admitted).toHaveLength(2)
    expect(released).toMatchObject({ topic: admitted[1]?.topic, seq: 2 })
    expect(gateway.got.some((frame) => frame.op === 'send' && frame.payload.includes('"ACK"'))).toBe(true)
  })

  test('[AD15] [AD17] those who are given pages go on by themselves elsewhere: this node lets go of them, and of the others at once', async () => {
    const { doors, link, node, open, says } = await setup({ limits: { chat: undefined } })
    const first = await link()
    first.send(open(ana, 'c1'))
    first.send(open(ben, 'c2'))
    const { epoch, seq, pass } = await first.frame('admit', ({ connection }) => connection === 'c2')
    for (let line = 0; line < 100; line++) {
      first.send(says('c1', chat('x'.repeat(2_000), `m${line}`)))
      await first.frame('send', ({ payload }) => payload.includes(`"m${line}"`))
    }
    const second = await link()
    second.send({ op: 'adopt', adoption: { topic: 't~1', room: code, epoch, seq, released: true, connections: [['c2', pass]] } })
    const { place } = await second.frame('page')

    const drained = doors.drain()
    for (const gateway of [first, second]) gateway.send({ op: 'drained' })
    const released = await first.frame('released')
    const left = [...node.context.sessions.keys()]
    for (const gateway of [first, second]) gateway.raw.close()
    await drained

    expect(place).toStartWith(`${epoch}.`)
    expect(released.seq).toBe(seq + 100)
    expect(left).toEqual([])
    expect(second.got.filter(({ op }) => op === 'admit' || op === 'close' || op === 'released')).toEqual([])
  })

  test('[AD15] a gateway that links to a node which is going is told at once', async () => {
    const { doors, link } = await setup()
    await doors.drain()

    const gateway = await link()

    expect(await gateway.frame('drain')).toEqual({ op: 'drain' })
  })

  test('[AD15] adoption over a link: what was missed is published to the topic, then commands are taken', async () => {
    const { link, open, says } = await setup()
    const first = await link()
    first.send(open(ana, 'c1'))
    const admitted = await first.frame('admit')
    first.send(says('c1', chat('missed', 'm1')))
    await first.frame('publish')
    const second = await link()

    const { epoch, seq, pass } = admitted
    second.send({ op: 'adopt', adoption: { topic: 't~1', room: code, epoch, seq, released: false, connections: [['c1', pass]] } })
    second.send(says('c1', { type: 'RECOVERED' }))
    second.send(says('c1', chat('again', 'm2')))
    await second.frame('send', ({ payload }) => payload.includes('"ACK"'))

    expect(second.got).toMatchObject([
      { op: 'publish', topic: 't~1', seq: seq + 1 },
      { op: 'tell', topic: 't~1', payload: '{"type":"RECOVERED"}' },
      { op: 'tell', topic: 't~1', payload: '{"type":"NOTICE","code":"restored"}' },
      { op: 'publish', topic: 't~1', seq: seq + 2 },
      { op: 'send', connection: 'c1' },
    ])
  })

  test('[AD14] when a link is lost its clients count as broken, until another link brings them', async () => {
    const { stage, link, open, node } = await setup()
    const first = await link()
    const second = await link()
    first.send(open(ben, 'c1'))
    second.send(open(ana, 'c2'))
    await second.frame('admit')
    await first.frame('admit')

    first.raw.close()
    await first.over()
    stage.clock.advance(6_000)
    node.upkeep.tick()

    expect(await second.frame('publish', ({ payload }) => payload.includes('USER_LEFT'))).toBeDefined()
  })
})

import { describe, expect, test } from 'bun:test'
import { createOutbox, type Outlet } from './outbox'

/** A socket that keeps what it is sent; once `stuck`, it buffers as a full one does. */
function createSocket() {
  const socket = {
    got: [] as string[],
    stuck: false,
    bufferedBytes: 0,
    writes: 0,
    closedWith: undefined as number | undefined,
    terminated: false,
    send(text: string) {
      socket.got.push(text)
      if (!socket.stuck) return text.length
      socket.bufferedBytes += text.length
      return -1
    },
    cork<T>(run: () => T) {
      socket.writes++
      return run()
    },
    getBufferedAmount: () => socket.bufferedBytes,
    close(code: number) {
      socket.closedWith ??= code
    },
    terminate() {
      socket.terminated = true
    },
  }
  return socket
}

function setup(maxWaitingBytes?: number) {
  const turns: (() => void)[] = []
  const tooSlow: Outlet[] = []
  const outbox = createOutbox({
    defer: (flush) => turns.push(flush),
    onTooSlow: (outlet) => tooSlow.push(outlet),
    ...(maxWaitingBytes === undefined ? {} : { maxWaitingBytes }),
  })
  const endTurn = () => {
    for (const turn of turns.splice(0)) turn()
  }
  const join = (topic = outbox.topic()) => {
    const socket = createSocket()
    const outlet = outbox.outlet(socket)
    outbox.enter(outlet, topic)
    return { socket, outlet, topic }
  }
  return { outbox, endTurn, join, tooSlow }
}

describe('outbox', () => {
  test('what is published in one turn leaves each socket in one write, in order', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, topic } = join()

    for (const text of ['a', 'b', 'c']) outbox.publish(topic, text)
    endTurn()

    expect(socket.got).toEqual(['a', 'b', 'c'])
    expect(socket.writes).toBe(1)
  })

  test('own sends and publishes keep the order in which they were given', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet, topic } = join()

    outbox.publish(topic, 'p1')
    outbox.send(outlet, 's1')
    outbox.publish(topic, 'p2')
    outbox.send(outlet, 's2')
    endTurn()

    expect(socket.got).toEqual(['p1', 's1', 'p2', 's2'])
  })

  test('a newcomer gets nothing of what was published before it came, in the same turn', () => {
    const { outbox, endTurn, join } = setup()
    const { topic } = join()
    outbox.publish(topic, 'before')

    const { socket, outlet } = join(topic)
    outbox.send(outlet, 'snapshot')
    outbox.publish(topic, 'after')
    endTurn()

    expect(socket.got).toEqual(['snapshot', 'after'])
  })

  test('what was sent before entering comes before what the topic publishes', () => {
    const { outbox, endTurn } = setup()
    const socket = createSocket()
    const outlet = outbox.outlet(socket)
    const topic = outbox.topic()

    outbox.send(outlet, 'lobby')
    outbox.enter(outlet, topic)
    outbox.publish(topic, 'event')
    endTurn()

    expect(socket.got).toEqual(['lobby', 'event'])
  })

  test('a full socket keeps its order: what waited leaves first when it drains', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet, topic } = join()
    socket.stuck = true
    outbox.publish(topic, '1')
    endTurn()
    outbox.publish(topic, '2')
    outbox.send(outlet, '3')
    endTurn()

    expect(socket.got).toEqual(['1'])
    socket.stuck = false
    socket.bufferedBytes = 0
    outbox.drained(outlet)
    outbox.publish(topic, '4')
    endTurn()

    expect(socket.got).toEqual(['1', '2', '3', '4'])
  })

  test('a socket that does not take its publishes is cut off with 4408, and the others are not', () => {
    const { outbox, endTurn, join, tooSlow } = setup(10)
    const { socket: slow, topic } = join()
    const { socket: quick } = join(topic)
    slow.stuck = true

    for (const text of ['first', 'second', 'third!!']) {
      outbox.publish(topic, text)
      endTurn()
    }

    expect(slow.closedWith).toBe(4408)
    expect(slow.terminated).toBe(true)
    expect(tooSlow).toHaveLength(1)
    expect(quick.got).toEqual(['first', 'second', 'third!!'])
    expect(topic.members.size).toBe(1)
  })

  test('much that is given at once is written in pieces, as the socket takes it', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet } = join()
    const missed = Array.from({ length: 200 }, (_, place) => `{"seq":${place}`.padEnd(1_000))

    for (const text of missed) outbox.send(outlet, text)
    endTurn()
    const first = socket.got.length
    while (socket.got.length < missed.length) endTurn()

    expect(first).toBeLessThan(80)
    expect(socket.got).toEqual(missed)
    expect(socket.closedWith).toBeUndefined()
  })

  test('[G8] what waits is counted in bytes, whatever the script', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet, topic } = join()
    socket.stuck = true
    const line = '映'.repeat(2_000)
    outbox.publish(topic, 'first')
    endTurn()

    let mostBytes = 0
    while (!outlet.closed) {
      mostBytes = (outlet.backlog?.frames ?? []).reduce((bytes, { text }) => bytes + Buffer.byteLength(text), 0)
      outbox.publish(topic, line)
      endTurn()
    }

    expect(mostBytes).toBeGreaterThan(262_144 - 2 * 6_000)
    expect(mostBytes).toBeLessThanOrEqual(262_144)
  })

  test('[G8] one whose socket is to be closed is cut off when it takes less than 64 KiB in five seconds of the rest, and not when it takes that', () => {
    const { outbox, endTurn, join, tooSlow } = setup()
    const [quick, slow] = [join(), join()]
    for (const { socket, outlet } of [quick, slow]) {
      socket.stuck = true
      for (let place = 0; place < 100; place++) outbox.send(outlet, `{"seq":${place},`.padEnd(2_000))
      outbox.close(outlet, 4403, 'not approved')
    }
    endTurn()
    const takes = ({ socket, outlet }: typeof quick) => {
      socket.bufferedBytes = 0
      outbox.drained(outlet)
    }

    for (let nowMs = 0; nowMs <= 40_000; nowMs += 1_000) {
      if (nowMs % 4_000 === 0) takes(quick)
      if (nowMs % 7_000 === 0) takes(slow)
      outbox.tick(nowMs)
    }

    expect(tooSlow).toEqual([slow.outlet])
    expect([quick.socket.got.length, quick.socket.closedWith]).toEqual([100, 4403])
  })

  test('answers to a client that sends and does not read are held against it', () => {
    const { outbox, endTurn, join } = setup(1_000)
    const { socket, outlet } = join()
    socket.stuck = true

    for (let count = 0; count < 10; count++) {
      outbox.send(outlet, '{"type":"ERROR"}'.padEnd(200))
      endTurn()
    }

    expect(socket.closedWith).toBe(4408)
  })

  test('a socket that has got rid of all without a word is given the rest at the next tick', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet, topic } = join()
    socket.stuck = true
    for (const text of ['1', '2', '3']) {
      outbox.publish(topic, text)
      endTurn()
    }

    outbox.tick(0)
    const stuck = [...socket.got]
    socket.bufferedBytes = 0
    outbox.tick(1_000)

    expect(stuck).toEqual(['1'])
    expect(socket.got).toEqual(['1', '2', '3'])
    expect(outlet.closed).toBe(false)
  })

  test('that everything was taken is told once, when the socket has got rid of all that was given before', () => {
    const { outbox, endTurn, join } = setup()
    const [quick, slow, gone] = [join(), join(), join()]
    const taken: string[] = []
    slow.socket.stuck = true
    gone.socket.stuck = true
    const give = () => {
      for (const [name, { outlet }] of Object.entries({ quick, slow, gone })) {
        outbox.send(outlet, 'page')
        outbox.whenTaken(outlet, () => taken.push(name))
      }
    }

    give()
    endTurn()
    const atOnce = [...taken]
    give()
    slow.socket.bufferedBytes = 0
    // Something has left, but not yet what was given in this turn.
    outbox.drained(slow.outlet)
    const early = taken.length
    endTurn()
    outbox.gone(gone.outlet)
    slow.socket.bufferedBytes = 0
    outbox.drained(slow.outlet)
    outbox.drained(slow.outlet)

    expect(atOnce).toEqual(['quick'])
    expect(early).toBe(1)
    expect(taken).toEqual(['quick', 'quick', 'slow'])
  })

  test('closing lets out what was given before', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet, topic } = join()

    outbox.publish(topic, 'event')
    outbox.send(outlet, 'error')
    outbox.close(outlet, 4403, 'not approved')
    outbox.publish(topic, 'later')
    endTurn()

    expect(socket.got).toEqual(['event', 'error'])
    expect(socket.closedWith).toBe(4403)
  })

  test('one that moves to another topic gets the rest of the old one before anything of the new', () => {
    const { outbox, endTurn, join } = setup()
    const { socket, outlet, topic: old } = join()
    const fresh = outbox.topic()

    outbox.publish(fresh, 'not yet')
    outbox.publish(old, 'old')
    outbox.enter(outlet, fresh)
    outbox.publish(old, 'gone')
    outbox.publish(fresh, 'new')
    endTurn()

    expect(socket.got).toEqual(['old', 'new'])
  })
})

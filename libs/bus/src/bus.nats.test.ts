import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from 'bun:test'
import type { AnyCloudEvent } from '@matinee/contracts'
import { silentLog } from '@matinee/kernel'
import { startNats, type TestServer, until } from '@matinee/test/support'
import { connect } from 'nats'
import { busContract } from './bus.contract'
import { openNatsBus } from './bus.nats'
import { inbox } from './contract/inbox'
import { eventOf } from './contract/setup'

let server: TestServer
beforeAll(async () => {
  server = await startNats()
})
afterAll(() => server.kill())

const open = (options: { readonly publishWithinMs?: number } = {}) =>
  openNatsBus({ servers: [server.url], streams: ['ROOMS'], log: silentLog, ...options })
async function openConnected(options: Parameters<typeof open>[0] = {}) {
  const bus = open(options)
  // The stream is made behind the caller's back: the first publish that is acknowledged tells that it is there.
  await until(() => bus.publish(eventOf('rooms.opened')).then(() => true))
  return bus
}

busContract('nats', openConnected)

describe('a NATS server that comes and goes', () => {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    await server.start()
    await Promise.all(opened.splice(0).map((bus) => bus.close()))
  })
  const kept = <B extends { close(): Promise<void> }>(bus: B): B => {
    opened.push(bus)
    return bus
  }
  function setup() {
    const tag = crypto.randomUUID().slice(0, 8)
    const type = `rooms.test-${tag}`
    const seen = new Set<unknown>()
    const handler = async (event: AnyCloudEvent) => void seen.add(event.data)
    return { type, seen, options: { stream: 'ROOMS', durable: `test-${tag}`, types: [type], handler, ackWaitMs: 500 } as const }
  }

  test('killed and restarted: a durable consumer and a follower lose nothing that was acknowledged', async () => {
    const { type, seen, options } = setup()
    const followed: unknown[] = []
    const [publisher, reader] = [kept(await openConnected()), kept(await openConnected())]
    const consumer = reader.consume(options)
    const follower = reader.follow({ ...options, sinceMs: 0, handler: async ({ data }) => void followed.push(data) })
    await Promise.all([consumer.ready, follower.ready])
    const acknowledged: number[] = []
    const publish = async (from: number, count: number) => {
      for (let n = from; n < from + count; n += 1) {
        await publisher.publish(eventOf(type, n))
        acknowledged.push(n)
      }
    }

    await publish(0, 200)
    const during = publish(200, 200).catch(() => {})
    await server.kill()
    await during
    await server.start()
    await until(() => publisher.publish(eventOf(type, 'back')).then(() => true))
    await publish(1_000, 100)

    const all = [...acknowledged, 'back']
    await until(() => all.every((data) => seen.has(data)) && all.every((data) => followed.includes(data)), { withinMs: 15_000 })
    const inOrder = followed.filter((data) => typeof data === 'number')
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b))
    expect(new Set(followed).size).toBe(followed.length)
  }, 30_000)

  test('away: publishing rejects at once instead of waiting, and works again when it is back', async () => {
    const { type } = setup()
    const bus = kept(await openConnected({ publishWithinMs: 60_000 }))
    await server.kill()
    await until(() => !bus.connected())

    await expect(bus.publish(eventOf(type))).rejects.toThrow()

    await server.start()
    await until(() => bus.publish(eventOf(type)).then(() => true))
    expect(bus.connected()).toBe(true)
  })

  test('every break and every return is heard of, each once', async () => {
    const bus = kept(await openConnected())
    const heard: boolean[] = []
    bus.onConnected((connected) => heard.push(connected))

    for (let round = 1; round <= 2; round++) {
      await server.kill()
      await until(() => heard.length === 2 * round - 1)
      await server.start()
      await until(() => heard.length === 2 * round)
    }

    expect(heard).toEqual([false, true, false, true])
    expect(bus.connected()).toBe(true)
  })

  test('one that never reached its server is told when it does', async () => {
    await server.kill()
    const bus = kept(open())
    const heard: boolean[] = []
    bus.onConnected((connected) => heard.push(connected))

    await server.start()
    await until(() => heard.length > 0)

    expect(heard).toEqual([true])
  })

  test('frozen: publishing rejects in its time instead of hanging', async () => {
    const { type } = setup()
    const bus = kept(await openConnected({ publishWithinMs: 1_000 }))
    server.suspend()

    jest.useFakeTimers()
    const publishing = bus.publish(eventOf(type)).catch((error) => error)
    jest.advanceTimersByTime(1_000)
    jest.useRealTimers()
    const failure = await publishing

    server.resume()
    expect(failure).toBeInstanceOf(Error)
  })

  test('away at the start: the bus opens at once, and what was asked for begins when the server comes', async () => {
    const { type, seen, options } = setup()
    await server.kill()

    const bus = kept(open())
    const heard = inbox<unknown>()
    const asked = [bus.consume(options), bus.follow({ ...options, sinceMs: 0 }), bus.onSignal(`sync.${type}`, heard.put)]
    expect(bus.connected()).toBe(false)
    await server.start()
    await Promise.all(asked.map(({ ready }) => ready))
    await bus.publish(eventOf(type, 'first'))
    bus.signal(`sync.${type}`, 'ping')

    await until(() => seen.has('first'))
    expect(await heard.take(1)).toEqual(['ping'])
  })

  test('a bus that never reached its server can be closed', async () => {
    await server.kill()
    const { options } = setup()
    const bus = open()
    bus.consume(options)

    await bus.close()

    expect(bus.connected()).toBe(false)
  })

  test('a consumer waits for a stream that somebody else makes later', async () => {
    const { options } = setup()
    const empty = await startNats()
    const at = { servers: [empty.url], log: silentLog }
    const consumer = kept(openNatsBus({ ...at, streams: [] }))
    const box = inbox<unknown>()
    consumer.consume({ ...options, types: ['rooms.room.created'], handler: async ({ data }) => box.put(data) })
    await until(() => consumer.connected())

    const publisher = kept(openNatsBus({ ...at, streams: ['ROOMS'] }))
    await until(() => publisher.publish(eventOf('rooms.room.created', 'at last')).then(() => true))

    expect(await box.take(1)).toEqual(['at last'])
    await Promise.all(opened.splice(0).map((bus) => bus.close()))
    await empty.kill()
  })

  test('signals are heard again after a restart', async () => {
    const { type } = setup()
    const bus = kept(await openConnected())
    const heard = inbox<unknown>()
    await bus.onSignal(`sync.${type}`, heard.put).ready

    await server.kill()
    await server.start()
    await until(() => {
      bus.signal(`sync.${type}`, 'still there')
      return heard.waiting() > 0
    })

    expect(heard.waiting()).toBeGreaterThan(0)
  })
})

test('an event that was set aside is kept beside the others, with the reason', async () => {
  const type = `rooms.test-${crypto.randomUUID().slice(0, 8)}`
  const bus = await openConnected()
  const aside = Promise.withResolvers<void>()
  const handler = async () => {
    throw new Error('cannot be\ndigested')
  }
  const nc = await connect({ servers: server.url })
  const copy = inbox<{ data: unknown; reason: string | undefined }>()
  nc.subscribe('rooms.dead', {
    callback: (_, message) => copy.put({ data: message.json(), reason: message.headers?.get('Matinee-Reason') }),
  })
  await nc.flush()

  bus.consume({ stream: 'ROOMS', durable: `d-${type.slice(6)}`, types: [type], handler, maxDeliveries: 1, onDead: () => aside.resolve() })
  const event = eventOf(type, 'poison')
  await bus.publish(event)
  await aside.promise

  expect(await copy.take(1)).toEqual([{ data: event, reason: 'Error: cannot be digested' }])
  await nc.close()
  await bus.close()
})

test('a message that is no event is set aside instead of blocking', async () => {
  const type = `rooms.test-${crypto.randomUUID().slice(0, 8)}`
  const bus = await openConnected()
  const dead = inbox<unknown>()
  const nc = await connect({ servers: server.url })

  bus.consume({
    stream: 'ROOMS',
    durable: `d-${type.slice(6)}`,
    types: [type],
    handler: async () => {},
    onDead: (event, reason) => dead.put([event, reason]),
  })
  await nc.jetstream().publish(type, 'gibberish')

  expect(await dead.take(1)).toEqual([[undefined, 'not an event']])
  await nc.close()
  await bus.close()
})

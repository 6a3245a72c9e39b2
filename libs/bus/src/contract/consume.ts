import { expect, test } from 'bun:test'
import type { AnyCloudEvent } from '@matinee/contracts'
import { inbox } from './inbox'
import { eventOf, type Setup } from './setup'

/** The promises of `publish` and `consume`. */
export function consumeContract(setup: Setup) {
  test('a consumer gets an event as it was published', async () => {
    const { bus, type, box, options } = setup()
    const event = eventOf(type, { row: { version: 3, names: ['Ana', 'Ben'] } })
    const consumer = bus.consume(options)

    await bus.publish(event)

    expect(await box.take(1)).toEqual([event])
    await consumer.stop()
  })

  test('a consumer that comes later gets what was stored before it', async () => {
    const { bus, numbers, publish, options } = setup()
    await publish(1, 2, 3)

    const consumer = bus.consume(options)

    expect((await numbers(3)).sort()).toEqual([1, 2, 3])
    await consumer.stop()
  })

  test('a consumer gets no type that it did not ask for', async () => {
    const { bus, numbers, publish, options, type } = setup()
    const consumer = bus.consume(options)

    await bus.publish(eventOf(`${type}-other`, 'other'))
    await publish('mine')

    expect(await numbers(1)).toEqual(['mine'])
    await consumer.stop()
  })

  test('an event published twice under one id is handled once', async () => {
    const { bus, type, numbers, publish, options } = setup()
    const event = eventOf(type, 'one')
    const consumer = bus.consume(options)

    await bus.publish(event)
    await bus.publish({ ...event, data: 'repeated' })
    await publish('last')

    expect((await numbers(2)).sort()).toEqual(['last', 'one'])
    await consumer.stop()
  })

  test('a type that no stream takes is refused', async () => {
    const { bus } = setup()
    const publishing = bus.publish(eventOf('elsewhere.happened'))

    await expect(publishing).rejects.toThrow()
  })

  test('an event whose handler rejects comes again until it is handled', async () => {
    const { bus, box, publish, options } = setup()
    let tries = 0
    const handler = async (event: AnyCloudEvent) => {
      tries += 1
      if (tries < 3) throw new Error('not yet')
      box.put(event)
    }
    const consumer = bus.consume({ ...options, handler, retryAfterMs: 5 })

    await publish('stubborn')

    expect((await box.take(1)).map((event) => event.data)).toEqual(['stubborn'])
    expect(tries).toBe(3)
    await consumer.stop()
  })

  test('an event that is never handled is set aside after so many deliveries, and the others go on', async () => {
    const { bus, box, publish, options, type } = setup()
    const dead = inbox<{ event: AnyCloudEvent | undefined; reason: string }>()
    let tries = 0
    const handler = async (event: AnyCloudEvent) => {
      if (event.data !== 'poison') return box.put(event)
      tries += 1
      throw new Error('cannot be digested')
    }
    const onDead = (event: AnyCloudEvent | undefined, reason: string) => dead.put({ event, reason })
    const consumer = bus.consume({ ...options, handler, onDead, retryAfterMs: 5, maxDeliveries: 3 })

    await publish('poison', 'good', 'better')

    expect((await box.take(2)).map((event) => event.data).sort()).toEqual(['better', 'good'])
    const [aside] = await dead.take(1)
    expect(aside?.event).toMatchObject({ type, data: 'poison' })
    expect(aside?.reason).toContain('cannot be digested')
    expect(tries).toBe(3)
    await consumer.stop()
  })

  test('an event whose handler takes too long is given to another consumer', async () => {
    const { bus, numbers, publish, options } = setup()
    const [taken, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const stuck = bus.consume({
      ...options,
      ackWaitMs: 300,
      handler: async () => {
        taken.resolve()
        await release.promise
      },
    })
    await publish('slow')
    await taken.promise

    stuck.pause()
    const other = bus.consume({ ...options, ackWaitMs: 300 })

    expect(await numbers(1)).toEqual(['slow'])
    release.resolve()
    await Promise.all([stuck.stop(), other.stop()])
  })

  test('consumers that share a durable name share its events: each is handled once', async () => {
    const { bus, box, publish, options } = setup()
    const consumers = [bus.consume(options), bus.consume(options)]
    await Promise.all(consumers.map(({ ready }) => ready))
    const sent = Array.from({ length: 60 }, (_, at) => at)

    await publish(...sent)

    const seen = (await box.take(60)).map((event) => Number(event.data))
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    expect(seen.sort((a, b) => a - b)).toEqual(sent)
    expect(box.waiting()).toBe(0)
  })

  test('consumers of different durable names each get every event', async () => {
    const { bus, numbers, publish, options } = setup()
    const other = setup()
    const consumers = [bus.consume(options), bus.consume({ ...options, durable: other.options.durable, handler: other.options.handler })]

    await publish(1, 2)

    expect((await numbers(2)).sort()).toEqual([1, 2])
    expect((await other.numbers(2)).sort()).toEqual([1, 2])
    await Promise.all(consumers.map((consumer) => consumer.stop()))
  })

  test('a durable goes on where it stood: what came while nobody listened is handled, and nothing twice', async () => {
    const { bus, numbers, publish, options, box } = setup()
    const first = bus.consume(options)
    await publish('before')
    expect(await numbers(1)).toEqual(['before'])
    await first.stop()

    await publish('between')
    const second = bus.consume(options)
    await publish('after')

    expect((await numbers(2)).sort()).toEqual(['after', 'between'])
    await second.stop()
    expect(box.waiting()).toBe(0)
  })

  test('a paused consumer handles nothing; what came meanwhile is handled when it resumes', async () => {
    const { bus, numbers, publish, options, box } = setup()
    const witness = setup()
    const consumer = bus.consume(options)
    const other = bus.consume({ ...options, durable: witness.options.durable, handler: witness.options.handler })
    await Promise.all([consumer.ready, other.ready])

    consumer.pause()
    await publish(1, 2)
    await witness.numbers(2)
    const whilePaused = box.waiting()
    consumer.resume()

    expect(whilePaused).toBe(0)
    expect((await numbers(2)).sort()).toEqual([1, 2])
    await Promise.all([consumer.stop(), other.stop()])
  })

  test('stopping waits for the handler under way, and lets none start after', async () => {
    const { bus, publish, options } = setup()
    const [started, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let [begun, ended] = [0, 0]
    const handler = async () => {
      begun += 1
      started.resolve()
      await release.promise
      ended += 1
    }
    const consumer = bus.consume({ ...options, handler })
    await publish('long')
    await started.promise

    const stopping = consumer.stop()
    await publish('late')
    release.resolve()
    await stopping

    expect([begun, ended]).toEqual([1, 1])
  })
}

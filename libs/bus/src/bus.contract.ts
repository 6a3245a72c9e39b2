import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { AnyCloudEvent } from '@matinee/contracts'
import type { Bus } from './bus'
import { inbox } from './contract/inbox'

/** An event of a type that nobody else in the suite uses. */
export const eventOf = (type: string, data: unknown = {}, id: string = crypto.randomUUID()): AnyCloudEvent => ({
  specversion: '1.0',
  id,
  source: '/matinee/test',
  type,
  time: new Date(1_767_225_600_000).toISOString(),
  datacontenttype: 'application/json',
  data,
})

/** What every bus promises, whichever it is. `open` gives one that is connected and whose stream ROOMS exists. */
export function busContract(name: string, open: () => Promise<Bus>) {
  describe(name, () => {
    let bus: Bus
    beforeAll(async () => {
      bus = await open()
    })
    afterAll(() => bus.close())

    /** Names that no other test of the suite uses, on the one bus that all use. */
    function setup() {
      const tag = crypto.randomUUID().slice(0, 8)
      const type = `rooms.test-${tag}`
      const box = inbox<AnyCloudEvent>()
      const numbers = async (count: number) => (await box.take(count)).map((event) => event.data)
      const publish = async (...data: unknown[]) => {
        for (const each of data) await bus.publish(eventOf(type, each))
      }
      const options = {
        stream: 'ROOMS',
        durable: `test-${tag}`,
        types: [type],
        handler: async (event: AnyCloudEvent) => box.put(event),
      } as const
      const follower = { stream: 'ROOMS', types: [type], sinceMs: 0, handler: options.handler } as const
      return { type, box, numbers, publish, options, follower }
    }

    test('a consumer gets an event as it was published', async () => {
      const { type, box, options } = setup()
      const event = eventOf(type, { row: { version: 3, names: ['Ana', 'Ben'] } })
      const consumer = bus.consume(options)

      await bus.publish(event)

      expect(await box.take(1)).toEqual([event])
      await consumer.stop()
    })

    test('a consumer that comes later gets what was stored before it', async () => {
      const { numbers, publish, options } = setup()
      await publish(1, 2, 3)

      const consumer = bus.consume(options)

      expect((await numbers(3)).sort()).toEqual([1, 2, 3])
      await consumer.stop()
    })

    test('a consumer gets no type that it did not ask for', async () => {
      const { numbers, publish, options, type } = setup()
      const consumer = bus.consume(options)

      await bus.publish(eventOf(`${type}-other`, 'other'))
      await publish('mine')

      expect(await numbers(1)).toEqual(['mine'])
      await consumer.stop()
    })

    test('an event published twice under one id is handled once', async () => {
      const { type, numbers, publish, options } = setup()
      const event = eventOf(type, 'one')
      const consumer = bus.consume(options)

      await bus.publish(event)
      await bus.publish({ ...event, data: 'repeated' })
      await publish('last')

      expect((await numbers(2)).sort()).toEqual(['last', 'one'])
      await consumer.stop()
    })

    test('a type that no stream takes is refused', async () => {
      const publishing = bus.publish(eventOf('elsewhere.happened'))

      await expect(publishing).rejects.toThrow()
    })

    test('an event whose handler rejects comes again until it is handled', async () => {
      const { box, publish, options } = setup()
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
      const { box, publish, options, type } = setup()
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
      const { numbers, publish, options } = setup()
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
      const { box, publish, options } = setup()
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
      const { numbers, publish, options } = setup()
      const other = setup()
      const consumers = [bus.consume(options), bus.consume({ ...options, durable: other.options.durable, handler: other.options.handler })]

      await publish(1, 2)

      expect((await numbers(2)).sort()).toEqual([1, 2])
      expect((await other.numbers(2)).sort()).toEqual([1, 2])
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    })

    test('a durable goes on where it stood: what came while nobody listened is handled, and nothing twice', async () => {
      const { numbers, publish, options, box } = setup()
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
      const { numbers, publish, options, box } = setup()
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
      const { publish, options } = setup()
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

    test('a follower gets what was stored, in order, and then what comes', async () => {
      const { numbers, publish, follower, box } = setup()
      await publish(1, 2, 3)

      const consumer = bus.follow(follower)
      await consumer.ready
      const before = box.waiting()
      await publish(4, 5)

      expect(before).toBe(3)
      expect(await numbers(5)).toEqual([1, 2, 3, 4, 5])
      await consumer.stop()
    })

    test('a follower of a stream without anything for it is ready', async () => {
      const { follower } = setup()

      const consumer = bus.follow({ ...follower, sinceMs: Date.now() })

      await consumer.ready
      await consumer.stop()
    })

    test('each follower gets every event for itself', async () => {
      const { numbers, publish, follower } = setup()
      const other = setup()
      const consumers = [bus.follow(follower), bus.follow({ ...follower, handler: other.follower.handler })]

      await publish(1, 2)

      expect(await numbers(2)).toEqual([1, 2])
      expect(await other.numbers(2)).toEqual([1, 2])
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    })

    test('a follower begins at its instant', async () => {
      const { numbers, publish, follower } = setup()
      await publish('old')
      const storedByMs = Date.now()
      // The next millisecond of the clock that stamps.
      while (Date.now() <= storedByMs + 1) await Promise.resolve()

      const sinceMs = Date.now()
      await publish('new')
      const consumer = bus.follow({ ...follower, sinceMs })

      expect(await numbers(1)).toEqual(['new'])
      await consumer.stop()
    })

    test('a follower whose handler rejects goes on with the next event', async () => {
      const { box, numbers, publish, follower } = setup()
      const handler = async (event: AnyCloudEvent) => {
        if (event.data === 'bad') throw new Error('cannot be digested')
        box.put(event)
      }
      const consumer = bus.follow({ ...follower, handler })

      await publish(1, 'bad', 2)

      expect(await numbers(2)).toEqual([1, 2])
      await consumer.stop()
    })

    test('a paused follower misses nothing and keeps the order', async () => {
      const { numbers, publish, follower, box } = setup()
      const consumer = bus.follow(follower)
      await publish(1)
      expect(await numbers(1)).toEqual([1])

      consumer.pause()
      await publish(2, 3)
      const whilePaused = box.waiting()
      consumer.resume()
      await publish(4)

      expect(whilePaused).toBe(0)
      expect(await numbers(3)).toEqual([2, 3, 4])
      await consumer.stop()
    })

    test('a signal is heard by all who listen, and by nobody who stopped', async () => {
      const subject = `sync.test-${crypto.randomUUID()}`
      const [one, other, gone] = [inbox<unknown>(), inbox<unknown>(), inbox<unknown>()]
      const listening = [one, other, gone].map((box) => bus.onSignal(subject, box.put))
      await Promise.all(listening.map(({ ready }) => ready))
      await listening[2]?.stop()

      bus.signal(subject, { viewers: 3 })

      expect(await one.take(1)).toEqual([{ viewers: 3 }])
      expect(await other.take(1)).toEqual([{ viewers: 3 }])
      expect(gone.waiting()).toBe(0)
      await Promise.all(listening.map((consumer) => consumer.stop()))
    })

    test('a listener that throws does not keep the next one from hearing', async () => {
      const subject = `sync.test-${crypto.randomUUID()}`
      const heard = inbox<unknown>()
      const throwing = bus.onSignal(subject, () => {
        throw new Error('deaf')
      })
      const listening = bus.onSignal(subject, heard.put)
      await Promise.all([throwing.ready, listening.ready])

      bus.signal(subject, 1)

      expect(await heard.take(1)).toEqual([1])
      await Promise.all([throwing.stop(), listening.stop()])
    })

    test('a closed bus says that it is not connected, refuses to publish, and ignores signals', async () => {
      const closing = await open()

      await closing.close()

      expect(closing.connected()).toBe(false)
      closing.signal('sync.test', {})
      await expect(closing.publish(eventOf('rooms.late'))).rejects.toThrow()
    })

    test('closing waits for handlers under way', async () => {
      const closing = await open()
      const { type, options } = setup()
      const [started, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let ended = false
      closing.consume({
        ...options,
        async handler() {
          started.resolve()
          await release.promise
          ended = true
        },
      })
      await closing.publish(eventOf(type))
      await started.promise

      const closed = closing.close()
      release.resolve()
      await closed

      expect(ended).toBe(true)
    })
  })
}

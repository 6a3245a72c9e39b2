import { expect, test } from 'bun:test'
import type { AnyCloudEvent } from '@matinee/contracts'
import type { Setup } from './setup'

/** The promises of `follow`. */
export function followContract(setup: Setup) {
  test('a follower gets what was stored, in order, and then what comes', async () => {
    const { bus, numbers, publish, follower, box } = setup()
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
    const { bus, follower } = setup()

    const consumer = bus.follow({ ...follower, sinceMs: Date.now() })

    await consumer.ready
    await consumer.stop()
  })

  test('each follower gets every event for itself', async () => {
    const { bus, numbers, publish, follower } = setup()
    const other = setup()
    const consumers = [bus.follow(follower), bus.follow({ ...follower, handler: other.follower.handler })]

    await publish(1, 2)

    expect(await numbers(2)).toEqual([1, 2])
    expect(await other.numbers(2)).toEqual([1, 2])
    await Promise.all(consumers.map((consumer) => consumer.stop()))
  })

  test('a follower begins at its instant', async () => {
    const { bus, numbers, publish, follower } = setup()
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
    const { bus, box, numbers, publish, follower } = setup()
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
    const { bus, numbers, publish, follower, box } = setup()
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
}

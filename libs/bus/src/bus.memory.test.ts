import { expect, test } from 'bun:test'
import { createManualClock, silentLog, systemClock } from '@matinee/kernel'
import { busContract } from './bus.contract'
import { createMemoryBus } from './bus.memory'
import { inbox } from './contract/inbox'
import { eventOf } from './contract/setup'

busContract('memory', async () => createMemoryBus({ clock: systemClock, log: silentLog }))

function setup({ maxEvents = 100 } = {}) {
  const clock = createManualClock()
  const bus = createMemoryBus({ clock, log: silentLog, maxEvents })
  const box = inbox<unknown>()
  const follow = () => bus.follow({ stream: 'ROOMS', types: ['rooms.a'], sinceMs: 0, handler: async ({ data }) => box.put(data) })
  return { clock, bus, box, follow }
}
const dayMs = 24 * 60 * 60 * 1000

test('no event is kept for longer than a day', async () => {
  const { clock, bus, box, follow } = setup()
  await bus.publish(eventOf('rooms.a', 'old'))
  clock.advance(dayMs)
  await bus.publish(eventOf('rooms.a', 'new'))

  await follow().ready

  expect(await box.take(1)).toEqual(['new'])
  expect(box.waiting()).toBe(0)
})

test('a wall clock that is set makes no event old, and none new', async () => {
  const { clock, bus, box, follow } = setup()
  const event = eventOf('rooms.a', 'kept')
  await bus.publish(event)
  clock.jump(dayMs)
  await bus.publish(event)
  clock.jump(-3 * dayMs)

  await follow().ready

  expect(await box.take(1)).toEqual(['kept'])
  expect(box.waiting()).toBe(0)
})

test('no more events are kept than the limit: the oldest go', async () => {
  const { bus, box, follow } = setup({ maxEvents: 3 })
  for (const data of [1, 2, 3, 4, 5]) await bus.publish(eventOf('rooms.a', data))

  await follow().ready

  expect(await box.take(3)).toEqual([3, 4, 5])
  expect(box.waiting()).toBe(0)
})

test('a consumer that fell behind the limit goes on with the oldest that is kept', async () => {
  const { bus, box } = setup({ maxEvents: 3 })
  const options = {
    stream: 'ROOMS',
    durable: 'd',
    types: ['rooms.a'],
    handler: async ({ data }: { data: unknown }) => box.put(data),
  } as const
  const consumer = bus.consume(options)
  consumer.pause()
  for (const data of [1, 2, 3, 4, 5]) await bus.publish(eventOf('rooms.a', data))

  consumer.resume()

  expect(await box.take(3)).toEqual([3, 4, 5])
})

test('an id is remembered for two minutes', async () => {
  const { clock, bus, box, follow } = setup()
  await follow().ready
  const event = eventOf('rooms.a', 1)

  await bus.publish(event)
  clock.advance(119_999)
  await bus.publish(event)
  clock.advance(2)
  await bus.publish(event)

  expect(await box.take(2)).toEqual([1, 1])
  expect(box.waiting()).toBe(0)
})

test('what a handler does to its event, no other handler sees', async () => {
  const { bus, box, follow } = setup()
  bus.follow({
    stream: 'ROOMS',
    types: ['rooms.a'],
    sinceMs: 0,
    handler: async (event) => {
      event.data = 'spoilt'
    },
  })
  follow()

  await bus.publish(eventOf('rooms.a', 'clean'))

  expect(await box.take(1)).toEqual(['clean'])
})

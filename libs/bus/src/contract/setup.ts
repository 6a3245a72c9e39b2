import type { AnyCloudEvent } from '@matinee/contracts'
import type { Bus } from '../bus'
import { inbox } from './inbox'

/** An event as a service would publish it. */
export const eventOf = (type: string, data: unknown = {}, id: string = crypto.randomUUID()): AnyCloudEvent => ({
  specversion: '1.0',
  id,
  source: '/matinee/test',
  type,
  time: new Date(1_767_225_600_000).toISOString(),
  datacontenttype: 'application/json',
  data,
})

/** A bus to test, and names on it that no other test uses, because all tests of a suite share its streams. */
export function setupOn(bus: Bus) {
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
  return { bus, type, box, numbers, publish, options, follower }
}
/** Gives a test its own names on the bus of its suite. */
export type Setup = () => ReturnType<typeof setupOn>

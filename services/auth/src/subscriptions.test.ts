import { expect, test } from 'bun:test'
import { createMemoryBus } from '@matinee/bus/memory'
import { roomsSeenSubject } from '@matinee/contracts'
import { createLog, createManualClock } from '@matinee/kernel'
import { until } from '@matinee/test/support'
import { subscribe } from './subscriptions'

const [ana, ben] = ['8c0a0f30-6f5b-4a39-9e53-1d5b2f6c1a01', '8c0a0f30-6f5b-4a39-9e53-1d5b2f6c1a02']
const room = (room_code: string, user_ids: readonly string[]) => ({ room_code, viewers: user_ids.length, user_ids })

async function setup(write: () => Promise<void> = async () => {}) {
  const lines: string[] = []
  const clock = createManualClock()
  const log = createLog({ level: 'debug', service: 'auth', write: (line) => void lines.push(line) })
  const bus = createMemoryBus({ clock, log })
  const written: { ids: readonly string[]; atMs: number }[] = []
  const users = {
    seen(ids: readonly string[], atMs: number) {
      written.push({ ids, atMs })
      return write()
    },
  }
  const consumer = subscribe({ bus, users, clock, log })
  await consumer.ready
  return { bus, clock, lines, written, consumer, tell: (data: unknown) => bus.signal(roomsSeenSubject, data) }
}

test('[AU9] everybody in a message is written once, together, at the instant of this clock', async () => {
  const { tell, written, clock } = await setup()

  tell({ node: 'a', at_ms: clock.nowMs() + 99_000, rooms: [room('7GQ4KX2M', [ana, ben]), room('7GQ4KX2N', [ben])] })

  await until(() => written.length > 0)
  expect(written).toEqual([{ ids: [ana, ben], atMs: clock.nowMs() }])
})

test('[AU9] a message that cannot be read is logged and dropped, and the next one is heard', async () => {
  const { tell, written, lines, clock } = await setup()

  tell({ rooms: 'many' })
  tell({ node: 'a', at_ms: clock.nowMs(), rooms: [room('7GQ4KX2M', [ana])] })

  await until(() => written.length > 0)
  expect(written).toHaveLength(1)
  expect(lines.join('')).toContain('could not be read')
})

test('[AU9] a write that fails is logged, and nothing else happens', async () => {
  const { tell, lines, clock } = await setup(() => Promise.reject(new Error('no database')))

  tell({ node: 'a', at_ms: clock.nowMs(), rooms: [room('7GQ4KX2M', [ana])] })

  await until(() => lines.join('').includes('last_seen could not be written'))
})

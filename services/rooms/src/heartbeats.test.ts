import { expect, test } from 'bun:test'
import { createManualClock, silentLog } from '@matinee/kernel'
import { createHeartbeats } from './heartbeats'
import type { SeenRoom } from './ports'

const seen = (room_code: string, ...user_ids: string[]) => ({ node: 'one', at_ms: 0, rooms: [{ room_code, viewers: 1, user_ids }] })

function setup() {
  const writes: { rooms: readonly SeenRoom[]; atMs: number; done: PromiseWithResolvers<void> }[] = []
  const store = {
    seen(rooms: readonly SeenRoom[], atMs: number) {
      const done = Promise.withResolvers<void>()
      writes.push({ rooms, atMs, done })
      return done.promise
    },
  }
  return { writes, heartbeats: createHeartbeats({ store, clock: createManualClock(7), log: silentLog }) }
}

test('[RM70] one write at a time; what is heard meanwhile is written together after it', async () => {
  const { writes, heartbeats } = setup()
  heartbeats.heard(seen('AAAAAAAA', 'ana'))
  heartbeats.heard(seen('BBBBBBBB', 'ben'))
  heartbeats.heard(seen('BBBBBBBB', 'ben', 'eve'))

  expect(writes).toMatchObject([{ rooms: [{ code: 'AAAAAAAA', userIds: ['ana'] }], atMs: 7 }])
  writes[0]?.done.resolve()
  await writes[0]?.done.promise
  await Promise.resolve()
  expect(writes[1]?.rooms).toEqual([{ code: 'BBBBBBBB', userIds: ['ben', 'eve'] }])
  writes[1]?.done.resolve()
  await heartbeats.settled()
  expect(writes).toHaveLength(2)
})

test('[RM70] a write that fails is dropped, and the next one is made', async () => {
  const { writes, heartbeats } = setup()
  heartbeats.heard(seen('AAAAAAAA', 'ana'))
  writes[0]?.done.reject(new Error('away'))
  await heartbeats.settled()

  heartbeats.heard(seen('AAAAAAAA', 'ana'))

  expect(writes).toHaveLength(2)
})

test('a node that serves no room, or names nobody, is heard without a write', async () => {
  const { writes, heartbeats } = setup()
  heartbeats.heard({ node: 'one', at_ms: 0, rooms: [] })
  heartbeats.heard(seen('AAAAAAAA'))
  await heartbeats.settled()

  heartbeats.heard(seen('AAAAAAAA', 'ana'))

  expect(writes).toHaveLength(1)
})

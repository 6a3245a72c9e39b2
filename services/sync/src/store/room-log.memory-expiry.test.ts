import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { person, roomRow } from './contract/stage'
import { createMemoryRoomLog } from './room-log.memory'

test('[UP15] rooms that nobody asks for any more leave the memory', async () => {
  const clock = createManualClock()
  const log = createMemoryRoomLog({ clock }).forNode('north')
  const open = async (count: number, isActive: boolean) => {
    const codes = Array.from({ length: count }, (_, i) => `${isActive ? 'OPEN' : 'SHUT'}${1_000 + i}`)
    return Promise.all(
      codes.map(async (code) => {
        const room = roomRow({ room_code: code, is_active: isActive })
        await log.open(code, {
          node: 'north',
          liveNodes: [],
          listener() {},
          seed: { room, participants: [person(code, {})], epoch: code, rowsTo: 1 },
        })
        return new WeakRef(room)
      }),
    )
  }
  const [watched, closed] = [await open(200, true), await open(200, false)]
  /** How many are still in memory: a few may be, for the collector does not look into every register. */
  const held = (rooms: readonly WeakRef<object>[]) => rooms.filter((room) => room.deref() !== undefined).length
  const pass = async (ms: number) => {
    clock.advance(ms)
    await log.beat('north', 9_000)
    // What was looked at in this turn is kept until it is over.
    await new Promise((resolve) => setImmediate(resolve))
    Bun.gc(true)
  }

  await pass(16 * 60_000)
  expect([held(watched), held(closed) < 20]).toEqual([200, true])
  await pass(24 * 60 * 60_000)
  expect(held(watched)).toBeLessThan(20)
})

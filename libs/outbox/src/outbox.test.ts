import { afterEach, expect, spyOn, test } from 'bun:test'
import { join } from 'node:path'
import { createMemoryBus } from '@matinee/bus/memory'
import { AuthEvent } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { tempFolder, until } from '@matinee/test/support'
import { obedient } from './fixtures/obedient-bus'
import { fact, numberOf, openReplica } from './fixtures/setup'

const opened: { stop(): Promise<void> }[] = []
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())))

async function setup(pace: { readonly sweepEveryMs?: number; readonly retryEveryMs?: number } = {}) {
  const clock = createManualClock()
  const memory = createMemoryBus({ clock, log: silentLog })
  const told = obedient(memory)
  const address = `sqlite:${join(tempFolder('outbox'), 'rooms.db')}`
  const replica = await openReplica(address, { bus: told.bus, clock, ...pace })
  const stored: number[] = []
  const follower = memory.follow({
    stream: 'AUTH',
    types: ['auth.user.removed'],
    sinceMs: 0,
    handler: async (event) => void stored.push(numberOf(event)),
  })
  await follower.ready
  opened.push({
    async stop() {
      await replica.outbox.stop()
      await replica.db.close()
    },
  })
  /** Resolves when nothing waits any more. */
  const emptied = () => until(async () => (await replica.waiting()) === 0)
  /** Resolves when so many events have come out of the stream. */
  const arrived = (count: number) => until(() => stored.length >= count)
  return { clock, ...told, ...replica, address, stored, emptied, arrived }
}

test('a committed fact is published at once, as a CloudEvent of its service, and its row goes', async () => {
  const { outbox, commit, asked, emptied, clock } = await setup()

  await commit(7)
  outbox.published()
  await emptied()

  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ source: '/matinee/rooms', type: 'auth.user.removed', time: new Date(clock.nowMs()).toISOString() })
  expect(asked[0]?.data).toEqual(fact(7).data)
  expect(AuthEvent.options.some((schema) => schema.shape.type.value === asked[0]?.type)).toBe(true)
})

test('a fact of a transaction that rolled back is never published', async () => {
  const { db, outbox, commit, asked, emptied, clock } = await setup()

  await db
    .transaction(async (tx) => {
      await outbox.record(tx, fact(1))
      throw new Error('no')
    })
    .catch(() => {})
  await commit(2)
  outbox.published()
  await emptied()
  clock.advance(60_000)
  await outbox.sweep()

  expect(asked.map(numberOf)).toEqual([2])
})

test('publishing is not waited for: the caller goes on while the bus has not answered', async () => {
  const { outbox, commit, answering, asked, emptied, waiting } = await setup()
  const stored = Promise.withResolvers<void>()
  answering(() => stored.promise)

  await commit(1)
  outbox.published()
  await until(() => asked.length === 1)
  await commit(2)
  const inBetween = await waiting()
  stored.resolve()
  outbox.published()

  expect(inBetween).toBe(2)
  await emptied()
})

test('a row stays until the bus has stored its event, and the sweep publishes it under the same id', async () => {
  const { outbox, commit, refusing, answering, asked, stored, emptied, arrived, clock, waiting } = await setup()
  refusing()
  await commit(1)
  outbox.published()
  await until(() => asked.length === 1)
  await outbox.stop()
  expect(await waiting()).toBe(1)

  answering(async () => {})
  clock.advance(2_001)
  await outbox.sweep()

  await emptied()
  await arrived(1)
  expect(stored).toEqual([1])
  expect(asked[1]?.id).toBe(asked[0]?.id)
})

test('the sweep leaves young rows to the replica that wrote them', async () => {
  const { outbox, commit, asked, clock, waiting } = await setup()
  await commit(1)

  clock.advance(2_000)
  await outbox.sweep()

  expect(asked).toHaveLength(0)
  expect(await waiting()).toBe(1)
})

test('the sweep publishes what another replica left behind', async () => {
  const { address, bus, commit, stored, arrived, clock } = await setup()
  await commit(1, 2)

  const other = await openReplica(address, { bus, clock })
  clock.advance(2_001)
  await other.outbox.sweep()

  await arrived(2)
  expect(stored.sort()).toEqual([1, 2])
  expect(await other.waiting()).toBe(0)
  await other.db.close()
})

test.each([5 * 60_000, -5 * 60_000])('[G13] nor does it wait for the clock of a replica that was %d ms off', async (offByMs) => {
  const { address, bus, stored, arrived, clock } = await setup()
  const other = await openReplica(address, { bus, clock: { ...clock, nowMs: () => clock.nowMs() + offByMs } })
  await other.commit(1)
  const third = await openReplica(address, { bus, clock })

  clock.advance(2_001)
  await third.outbox.sweep()

  await arrived(1)
  expect(stored).toEqual([1])
  await Promise.all([other.db.close(), third.db.close()])
})

test('replicas that sweep at once have each fact stored once', async () => {
  const { address, bus, outbox, commit, stored, arrived, clock, waiting } = await setup()
  await commit(...Array.from({ length: 50 }, (_, at) => at))
  const other = await openReplica(address, { bus, clock })
  clock.advance(2_001)

  await Promise.all([outbox.sweep(), other.outbox.sweep()])

  await arrived(50)
  expect(stored.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at))
  expect(await waiting()).toBe(0)
  await other.db.close()
})

test('one event that the bus refuses holds back no other, however many rows there are', async () => {
  const { outbox, commit, answering, arrived, clock, waiting } = await setup()
  await commit(...Array.from({ length: 250 }, (_, at) => at))
  answering(async (event) => {
    if (numberOf(event) === 3) throw new Error('too large')
  })

  clock.advance(2_001)
  await outbox.sweep()

  await arrived(249)
  expect(await waiting()).toBe(1)
})

test('while the bus is away nothing is tried after a commit, and one batch a sweep', async () => {
  const { outbox, commit, refusing, disconnected, asked, clock, waiting } = await setup()
  refusing()
  disconnected()
  await commit(...Array.from({ length: 250 }, (_, at) => at))

  outbox.published()
  clock.advance(2_001)
  await outbox.sweep()

  expect(asked).toHaveLength(100)
  expect(await waiting()).toBe(250)
})

test('at most sixteen events are under way at once', async () => {
  const { outbox, commit, mostAtOnce, emptied } = await setup()

  await commit(...Array.from({ length: 120 }, (_, at) => at))
  outbox.published()
  await emptied()

  expect(mostAtOnce()).toBe(16)
})

test('once started it sweeps by itself, until it is stopped', async () => {
  const { outbox, commit, stored, emptied, arrived, clock } = await setup()
  await commit(1)
  clock.advance(2_001)

  outbox.start()
  await emptied()
  await arrived(1)

  expect(stored).toEqual([1])
  await outbox.stop()
})

test('a fact that could not be read after its commit is looked for soon, not when it is swept anyway', async () => {
  const { db, outbox, commit, emptied, clock } = await setup({ sweepEveryMs: 60_000, retryEveryMs: 5 })
  outbox.start()
  await outbox.sweep()
  await commit(1)
  const away = Promise.withResolvers<void>()
  spyOn(db.reader, 'select').mockImplementationOnce(() => {
    away.resolve()
    throw new Error('the database is away')
  })

  outbox.published()
  await away.promise
  clock.advance(2_001)

  await emptied()
})

test('a fact that is repeated is the same event once more, and one that waits already stays one', async () => {
  const { db, table, outbox, commit, asked, emptied, clock } = await setup()
  await commit(1)
  const rows = await db.reader.select().from(table)
  const repeat = () => db.transaction((tx) => outbox.repeat(tx, rows))
  await repeat()
  outbox.published()
  await emptied()

  clock.advance(60_000)
  await repeat()
  outbox.published()
  await emptied()

  expect(asked).toHaveLength(2)
  expect(asked[1]).toEqual(asked[0])
})

test('stopping waits for what is under way', async () => {
  const { outbox, commit, answering, asked, waiting } = await setup()
  const stored = Promise.withResolvers<void>()
  answering(() => stored.promise)
  await commit(1)
  outbox.published()
  await until(() => asked.length === 1)

  const stopping = outbox.stop()
  stored.resolve()
  await stopping

  expect(await waiting()).toBe(0)
})

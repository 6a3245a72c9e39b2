import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openNatsBus } from '@matinee/bus/nats'
import { silentLog, systemClock } from '@matinee/kernel'
import { type PostgresServer, startNats, startPostgres, type TestServer, until } from '@matinee/test/support'
import { numberOf, openReplica } from './fixtures/setup'

let nats: TestServer
let postgres: PostgresServer
beforeAll(async () => {
  ;[nats, postgres] = await Promise.all([startNats(), startPostgres()])
})
afterAll(() => Promise.all([nats.kill(), postgres.kill()]))

test('on PostgreSQL and NATS: what is committed while NATS is away arrives once when it is back, from either replica', async () => {
  const address = await postgres.createDatabase('rooms')
  const bus = openNatsBus({ servers: [nats.url], streams: ['AUTH'], log: silentLog })
  const replicas = await Promise.all([openReplica(address, { bus, clock: systemClock }), openReplica(address, { bus, clock: systemClock })])
  const handled: number[] = []
  const consumer = bus.consume({
    stream: 'AUTH',
    durable: 'test',
    types: ['auth.user.removed'],
    // Longer than all of this takes: what is killed may not have heard that an event was handled, and hands it out again after that.
    ackWaitMs: 60_000,
    handler: async (event) => void handled.push(numberOf(event)),
  })
  await consumer.ready
  const [one, other] = replicas
  if (!one || !other) throw new Error('two were opened')
  for (const { outbox } of replicas) outbox.start()

  await one.commit(1)
  one.outbox.published()
  await until(() => handled.length === 1)
  await nats.kill()
  await until(() => !bus.connected())
  await Promise.all([one.commit(2), other.commit(3)])
  for (const { outbox } of replicas) outbox.published()
  expect(await one.waiting()).toBe(2)
  await nats.start()

  await until(async () => (await one.waiting()) === 0 && handled.length >= 3, { withinMs: 10_000 })
  expect(handled.sort()).toEqual([1, 2, 3])
  for (const { outbox } of replicas) await outbox.stop()
  await bus.close()
  for (const { db } of replicas) await db.close()
}, 20_000)

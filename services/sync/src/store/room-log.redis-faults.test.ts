import { expect, test } from 'bun:test'
import { createLog, Refusal } from '@matinee/kernel'
import { startRedis, until } from '@matinee/test/support'
import { code, createRedisStage, node } from './contract/redis-stage'
import { ana, ben, chat, entryOf, person, roomRow } from './contract/stage'

const { openNode, setup, use } = createRedisStage()
/** Many times what a call may take here, for a busy machine, and half of what Redis' clients wait by themselves. */
const inTimeMs = 5_000

async function refusalOf(call: Promise<unknown>) {
  const startMs = performance.now()
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const { code, retryAfterMs } = error instanceof Refusal ? error : { code: undefined, retryAfterMs: undefined }
  return { code, retryAfterMs, tookMs: performance.now() - startMs }
}

test('killed and started again on its data: calls are refused as read_only meanwhile, and the log goes on', async () => {
  const { server, say, log, changes, serve, known } = await setup({ appendonly: true, more: ['--appendfsync', 'always'] })
  await say('before')

  await server.kill()
  const refusals = await Promise.all([say('meanwhile'), log.touch([code]), log.beat(node, 1_000), serve()].map(refusalOf))
  await server.start()
  await until(() => log.connected())

  for (const { code, retryAfterMs, tookMs } of refusals) {
    expect([code, retryAfterMs]).toEqual(['read_only', 1_000])
    expect(tookMs).toBeLessThan(inTimeMs)
  }
  expect(changes).toEqual([true, false, true])
  const { epoch } = known(await serve())
  expect(entryOf(await say('after', { epoch }))).toMatchObject({ seq: 2, offset: 2 })
})

test('a command whose answer was lost takes effect once when it is repeated', async () => {
  const { server, raw, say, log, serve, known } = await setup({ appendonly: true, more: ['--appendfsync', 'always'] })

  const inFlight = Promise.allSettled(Array.from({ length: 200 }, (_, i) => say(`line ${i}`, { commandId: `id ${i}` })))
  await server.kill()
  await inFlight
  await server.start()
  await until(() => log.connected())
  const { epoch } = known(await serve())
  // Where this answer is late, too, it is repeated once more.
  for (let i = 0; i < 200; i++) await until(() => say(`line ${i}`, { epoch, commandId: `id ${i}` }))

  const stored = await raw.xrange(`{${code}}:log`, '-', '+')
  const texts = stored.map(([, fields]) => JSON.parse(fields.at(5) ?? '').message)
  expect(texts.toSorted()).toEqual(Array.from({ length: 200 }, (_, i) => `line ${i}`).toSorted())
  expect((await serve())?.seq).toBe(200)
})

test('started again without its data: the log is gone, and a new one is made under a new epoch', async () => {
  const { server, say, log, serve, seed } = await setup()
  await say('before')
  await server.kill()
  await server.start()
  await until(() => log.connected())

  const appended = await say('after')
  const opened = await serve()
  const seeded = await serve({ seed: { ...seed, epoch: 'second' } })

  expect(appended).toEqual({ outcome: 'epoch' })
  expect(opened).toBeUndefined()
  expect(seeded).toMatchObject({ epoch: 'second', seq: 0 })
})

test('a log that has gone back behind what this node saw counts as gone, and no place is given twice', async () => {
  const { raw, say, log, serve, seed } = await setup()
  await say('kept')
  const stream = await raw.dumpBuffer(`{${code}}:log`)
  const state = await raw.dumpBuffer(`{${code}}:state`)
  await say('lost')
  await raw.restore(`{${code}}:log`, 0, stream ?? '', 'REPLACE')
  await raw.restore(`{${code}}:state`, 0, state ?? '', 'REPLACE')

  const appended = await say('in its place')
  const read = await log.read(code, { epoch: 'first', seq: 0, note: 0 }, 10)
  const opened = await serve({ seed: { ...seed, epoch: 'second' } })

  expect(appended).toEqual({ outcome: 'epoch' })
  expect(read).toBeUndefined()
  expect(opened).toMatchObject({ epoch: 'second', seq: 0, chats: [] })
})

test('frozen: calls are refused in time, it is noticed, and when it thaws everything goes on', async () => {
  const { server, say, log, changes } = await setup()
  await say('before')

  server.suspend()
  const refusal = await refusalOf(say('meanwhile', { commandId: 'id' }))
  await until(() => !log.connected())
  server.resume()
  await until(() => log.connected())
  const after = await say('meanwhile', { commandId: 'id' })

  expect(refusal.code).toBe('read_only')
  expect(refusal.tookMs).toBeLessThan(inTimeMs)
  expect(changes).toEqual([true, false, true])
  // Whether the first one got through is unknown; that it counts once is not.
  expect(after.outcome === 'repeated' ? after.seq : entryOf(after).seq).toBe(2)
})

test('frozen while nobody calls: it is noticed all the same', async () => {
  const { server, log, changes } = await setup()

  server.suspend()
  await until(() => !log.connected())
  server.resume()
  await until(() => log.connected())

  expect(changes).toEqual([true, false, true])
})

test('out of reach from the start: calls are refused at once, until it is there, and one line tells of it', async () => {
  const server = await startRedis()
  use(server)
  await server.kill()
  const lines: string[] = []
  const write = (line: string) => void lines.push(JSON.parse(line).message)
  const log = openNode(server, node, createLog({ level: 'info', service: 'sync', write }))
  await until(() => lines.length > 0)

  const refusal = await refusalOf(log.beat(node, 1_000))
  await server.start()
  await until(() => log.connected())

  expect(refusal.code).toBe('read_only')
  expect((await log.beat(node, 1_000)).liveNodes).toEqual([node])
  expect(lines).toEqual(['redis does not answer', 'redis answers'])
})

test('it stops while Redis is out of reach, and calls are refused from then on', async () => {
  const { server, log, say, changes } = await setup()
  await server.kill()
  await until(() => !log.connected())

  await log.stop()
  await server.start()

  expect((await refusalOf(say('hello'))).code).toBe('read_only')
  expect(changes).toEqual([true, false])
})

test('scripts that Redis has forgotten: read_only until it has been given them again, so that nothing overtakes what was asked before', async () => {
  const { raw, log, say, changes } = await setup()
  await raw.script('FLUSH')

  const refusals = await Promise.all([say('one'), log.touch([code]), say('two')].map(refusalOf))
  await until(() => changes.length === 3)

  expect(refusals.map(({ code }) => code)).toEqual(['read_only', 'read_only', 'read_only'])
  expect(changes).toEqual([true, false, true])
  expect(entryOf(await say('one')).seq).toBe(1)
})

test('a server that became a replica takes no writes: read_only, and the connections are made anew', async () => {
  const { server, raw, say, log } = await setup()
  const primary = await startRedis()
  use(primary)
  await raw.replicaof('127.0.0.1', primary.port)

  const refusal = await refusalOf(say('nowhere'))
  await raw.replicaof('NO', 'ONE')
  await until(() => log.connected())

  expect(refusal.code).toBe('read_only')
  expect(server.pid).toBeGreaterThan(0)
})

test('what is not Redis being out of reach is no refusal', async () => {
  const { raw, say } = await setup()
  await raw.set(`{${code}}:state`, 'not a hash')

  await expect(say('hello')).rejects.toThrow('WRONGTYPE')
})

test('of what is put to several rooms at once, a room whose data are broken fails alone', async () => {
  const { raw, log, say, seed } = await setup()
  const others = ['CINEMA01', 'CINEMA02'] as const
  for (const other of others)
    await log.open(other, { node, liveNodes: [node], listener() {}, seed: { ...seed, room: roomRow({ room_code: other }) } })
  await raw.set(`{${code}}:log`, 'not a stream')
  const sayIn = (room: string) => log.append(room, chat({ epoch: 'first', node, text: room }))

  const [before, broken, after] = await Promise.allSettled([sayIn(others[0]), say('hello'), sayIn(others[1])])

  expect([before, after]).toMatchObject(others.map(() => ({ value: { outcome: 'appended', entry: { seq: 1 } } })))
  // Which of them it was is said too.
  expect(broken).toMatchObject({ reason: { message: expect.stringMatching(/^WRONGTYPE .*\(\{CINEMA00\}:state\)$/) } })
})

test('every key has an end', async () => {
  const { raw, log, say } = await setup()
  const at = { epoch: 'first', node }
  await say('hello', { commandId: 'id' })
  await log.arrive(code, { ...at, connection: 'a1', userId: ana })
  await log.adopt(code, { ...at, connections: [{ connection: 'b1', userId: ben }] })
  await log.applyParticipant(person(code, { standing: 'PENDING' }))
  await log.applyRoom(roomRow({ room_code: code, name: 'Other', version: 2 }))
  await log.beat(node, 1_000)

  const keys = await raw.keys('*')
  const ends = await Promise.all(keys.map((key) => raw.pttl(key)))

  expect(keys.toSorted()).toEqual(
    [
      ...['state', 'log', 'members', 'conns', 'people', 'pending', 'nodes', `seen:${ben}:id`].map((name) => `{${code}}:${name}`),
      'matinee:nodes',
    ].toSorted(),
  )
  for (const endMs of ends) expect(endMs).toBeWithin(1, 24 * 3_600_000 + 1)
})

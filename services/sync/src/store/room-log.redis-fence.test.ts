import { afterEach, expect, jest, spyOn, test } from 'bun:test'
import { Refusal } from '@matinee/kernel'
import { startRedis, until } from '@matinee/test/support'
import { Redis } from 'ioredis'
import type { LogEntry } from '../domain/log-entry'
import type { RoomLog } from '../ports'
import { code, commandTimeoutMs, createRedisStage, node } from './contract/redis-stage'
import { ana, ben, chat, cleo, createInbox, entryOf, known, messagesOf, person, play, roomRow, typesOf } from './contract/stage'
import { openSwitch } from './contract/switch'

const { openNode, openNodeAt, setup, use } = createRedisStage()
const durable = { appendonly: true, more: ['--appendfsync', 'always'] } as const
/** A replica gets its data at once. */
const replicable = { more: ['--repl-diskless-sync-delay', '0'] } as const
const debuggable = { more: ['--enable-debug-command', 'yes'] } as const
const both = [node, 'south']
/** Lets so much time pass as a connection needs to ask for its server's reign again before it is used. */
function pass(): void {
  const now = performance.now.bind(performance)
  spyOn(performance, 'now').mockImplementation(() => now() + commandTimeoutMs / 4)
}
afterEach(() => void jest.restoreAllMocks())

test('[LG13] started again on its data, a log goes on under another epoch with everything it had', async () => {
  const { server, log, serve, say } = await setup(durable)
  await log.applyParticipant(person(code, { user_id: cleo, display_name: 'Cleo', standing: 'PENDING' }))
  await log.arrive(code, { epoch: 'first', node, connection: 'b1', userId: ben })
  await log.append(code, play({ epoch: 'first', node, version: 0 }))
  await say('before', { commandId: 'id' })
  const before = known(await serve())

  await server.kill()
  await server.start()
  await until(() => log.connected())
  const outcome = await say('under the old name')
  const after = known(await serve())
  const { epoch } = after
  const answers = [await say('before', { epoch, commandId: 'id' }), await say('after', { epoch, commandId: 'other' })]

  expect(outcome).toEqual({ outcome: 'epoch' })
  expect(after).toEqual({ ...before, epoch })
  expect(epoch).not.toBe('first')
  expect(answers).toMatchObject([
    { outcome: 'repeated', seq: 3 },
    { outcome: 'appended', entry: { seq: 4 } },
  ])
})

test('[CH4] [LG13] what was said under an earlier epoch is shown before what is said under the next', async () => {
  const { server, log, serve, say } = await setup(durable)
  for (const text of ['one', 'two']) await say(text)
  await server.kill()
  await server.start()
  await until(() => log.connected())
  const { epoch } = known(await serve())

  await say('three', { epoch })

  expect(messagesOf(known(await serve()))).toEqual(['one', 'two', 'three'])
})

test('[LG13] places of an earlier epoch are not read under a later one, however much has been let go since', async () => {
  const { server, log, serve, say } = await setup(durable)
  for (const text of ['one', 'two', 'three']) await say(text)
  await server.kill()
  await server.start()
  await until(() => log.connected())
  const { epoch } = known(await serve())
  const next = entryOf(await say('four', { epoch }))
  const read = (seq: number, of: string) => log.read(code, { epoch: of, seq, note: 0 }, 10)

  expect(await Promise.all([read(0, 'first'), read(3, 'first'), read(0, epoch), read(2, epoch)])).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(await read(3, epoch)).toEqual([next])
})

test('[G1] [LG12] every start begins an epoch of its own', async () => {
  const { server, log, serve } = await setup(durable)
  const epochs = ['first']

  for (let i = 0; i < 3; i++) {
    await server.kill()
    await server.start()
    await until(() => log.connected())
    epochs.push(known(await serve()).epoch)
  }

  expect(new Set(epochs).size).toBe(4)
  for (const epoch of epochs) expect(epoch).toMatch(/^[a-z0-9]{1,32}$/)
})

test('[G1] [LG12] a replica that lacked the tail is promoted: whoever comes first, no place of an epoch is given twice', async () => {
  const { server, address, replica, replicaRaw, log, south, serve, say } = await setupPair()
  const seed = known(await serve())
  await south.open(code, { node: 'south', liveNodes: both, listener() {} })
  const named = new Map<string, string>()
  const note = (epoch: string, { seq, payload }: LogEntry) => {
    expect(named.get(`${epoch}.${seq}`) ?? payload).toBe(payload)
    named.set(`${epoch}.${seq}`, payload)
  }
  note('first', entryOf(await say('everybody has this')))
  await until(async () => (await replicaRaw.hget(`{${code}}:state`, 'seq')) === '1')

  // The promotion, while the old primary still answers: what it takes from here on is the tail.
  await replicaRaw.replicaof('NO', 'ONE')
  note('first', entryOf(await say('lost', { commandId: 'lost' })))
  address.turnTo(replica.port)
  await until(() => !log.connected() && !south.connected())
  await until(() => log.connected() && south.connected())
  // South did not see the tail, and comes first, with what it knows.
  const blind = await south.append(code, chat({ epoch: 'first', node: 'south', text: 'in its place' }))
  const image = known(await south.open(code, { node: 'south', liveNodes: both, listener() {} }))
  const taken = entryOf(await south.append(code, chat({ epoch: image.epoch, node: 'south', text: 'in its place' })))
  note(image.epoch, taken)
  const again = await say('lost', { commandId: 'lost' })
  const { epoch } = known(await serve())
  const repeated = entryOf(await say('lost', { epoch, commandId: 'lost' }))
  note(epoch, repeated)

  expect(seed.epoch).toBe('first')
  expect([blind, again]).toEqual([{ outcome: 'epoch' }, { outcome: 'epoch' }])
  expect([image.epoch, image.seq, taken.seq, repeated.seq]).toEqual([epoch, 1, 2, 3])
  expect(server.pid).toBeGreaterThan(0)
})

test('[G1] [LG12] two primaries at once: the one that was left behind goes on under the old epoch, and the other never does', async () => {
  const { server, address, replica, replicaRaw, south, serve, say, log } = await setupPair()
  await south.open(code, { node: 'south', liveNodes: both, listener() {} })
  await until(async () => (await replicaRaw.hget(`{${code}}:nodes`, 'south')) === '1')
  await replicaRaw.replicaof('NO', 'ONE')
  address.turnTo(replica.port)
  await until(() => !log.connected())
  await until(() => log.connected())
  const { epoch } = known(await serve())

  const leftBehind = openNode(server, 'left-behind')
  await until(() => leftBehind.connected())
  const [there, here] = [
    entryOf(await leftBehind.append(code, chat({ epoch: 'first', node: 'left-behind', text: 'there' }))),
    entryOf(await say('here', { epoch })),
  ]

  expect([there.seq, here.seq]).toEqual([1, 1])
  expect(epoch).not.toBe('first')
})

test('[LG14] a replica is not taken for a primary: connected only when it has been promoted', async () => {
  const { server } = await setup(replicable)
  const replica = await startRedis({ more: ['--replicaof', `127.0.0.1 ${server.port}`] })
  use(replica)
  const raw = new Redis(replica.url)
  use({ stop: async () => raw.disconnect() })
  await until(async () => (await raw.exists(`{${code}}:state`)) === 1)
  const reader = openNode(replica, 'south')

  const refusal = await reader.read(code, { epoch: 'first', seq: 0, note: 0 }, 1).catch((error: unknown) => error)
  await raw.replicaof('NO', 'ONE')
  await until(() => reader.connected())
  const image = known(await reader.open(code, { node: 'south', liveNodes: both, listener() {} }))

  expect(refusal).toBeInstanceOf(Refusal)
  expect(image.epoch).not.toBe('first')
})

test('[LG14] a server that begins another reign under open connections is noticed, and connected to anew', async () => {
  const { raw, log, changes, serve } = await setup(debuggable)

  await raw.call('DEBUG', 'CHANGE-REPL-ID')
  await until(() => changes.length === 3)

  expect(changes).toEqual([true, false, true])
  expect(log.connected()).toBe(true)
  expect(known(await serve()).epoch).not.toBe('first')
})

test('[LG14] a connection that was told an earlier reign appends nothing to a log of the present one', async () => {
  const { server, raw, log, changes, say } = await setup(debuggable)
  await raw.call('DEBUG', 'CHANGE-REPL-ID')
  const south = openNode(server, 'south')
  await until(() => south.connected())
  const image = known(await south.open(code, { node: 'south', liveNodes: both, listener() {} }))

  // North may have noticed by now; it is refused or told, and appends nothing either way.
  const outcome = await say('too late').catch((error: unknown) => error)
  await until(() => log.connected() && changes.length > 1)
  const looked = await south.open(code, { node: 'south', liveNodes: both, listener() {} })

  if (outcome instanceof Refusal) expect(outcome.code).toBe('read_only')
  else expect(outcome).toEqual({ outcome: 'epoch' })
  expect(looked).toEqual({ ...image, wasServing: true })
})

test('[LG14] of what is put to several rooms at once nothing is appended any more once one of them tells of another reign', async () => {
  const { server, raw, log, seed } = await setup(debuggable)
  const others = ['CINEMA01', 'CINEMA02']
  for (const other of others)
    await log.open(other, { node, liveNodes: both, listener() {}, seed: { ...seed, room: roomRow({ room_code: other }) } })
  await raw.call('DEBUG', 'CHANGE-REPL-ID')
  const south = openNode(server, 'south')
  await until(() => south.connected())
  // From now on this room's log is of the new reign, the others' are not.
  await south.open(code, { node: 'south', liveNodes: both, listener() {} })

  // North may have noticed by now; it appends nothing either way.
  const outcomes = await Promise.allSettled([code, ...others].map((room) => log.append(room, chat({ epoch: 'first', node, text: 'late' }))))

  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') expect(outcome.value).toEqual({ outcome: 'epoch' })
    else expect(outcome.reason).toMatchObject({ code: 'read_only' })
  }
  expect(await Promise.all(others.map((room) => raw.exists(`{${room}}:log`)))).toEqual([0, 0])
})

test('[LG14] after a while in which nothing was called, nothing is appended before the reign has been asked for', async () => {
  const { raw, say } = await setup(debuggable)
  await raw.call('DEBUG', 'CHANGE-REPL-ID')
  pass()

  const outcomes = await Promise.all(['one', 'two', 'three'].map((text) => say(text).catch((error: unknown) => error)))

  expect(outcomes.map((outcome) => outcome instanceof Refusal && outcome.code)).toEqual(['read_only', 'read_only', 'read_only'])
})

test('[CM1] what was called while the reign is asked for keeps its order', async () => {
  const { say } = await setup()
  pass()

  const early = ['one', 'two'].map((text) => say(text))
  const late = early[0]?.then(() => say('four'))
  const outcomes = await Promise.all([...early, say('three'), late])

  expect(outcomes.map((outcome) => outcome?.outcome === 'appended' && outcome.entry.seq)).toEqual([1, 2, 3, 4])
})

test('[G1] [LG12] rows that come first after a start go into the new epoch, and who listened to the old log is told, once it is connected', async () => {
  const { raw, server, log, heard, changes } = await setup(debuggable)
  const replaced = Promise.withResolvers<void>()
  const opened = known(await log.open(code, { node, liveNodes: both, listener: heard.listener, onReplaced: replaced.resolve }))
  const south = openNode(server, 'south')
  await until(() => south.connected())
  await south.open(code, { node: 'south', liveNodes: both, listener() {} })
  await raw.call('DEBUG', 'CHANGE-REPL-ID')
  const third = openNode(server, 'third')
  await until(() => third.connected())

  const { entries } = await third.applyParticipant(person(code, { user_id: ana, display_name: 'Ana', standing: 'REMOVED', version: 2 }))
  await replaced.promise
  await until(() => changes.length === 3)
  const image = known(await log.open(code, { node, liveNodes: both, listener: heard.listener }))
  const read = await log.read(code, { epoch: image.epoch, seq: opened.seq, note: opened.note }, 10)

  expect(typesOf(entries)).toEqual(['PARTICIPANT_REMOVED'])
  expect(heard.entries).toEqual([])
  expect(image.epoch).not.toBe(opened.epoch)
  expect(read).toEqual([...entries])
})

test('[G1] [LG12] what is heard while a room is being opened again belongs to the log that the answer names', async () => {
  const { server, raw, log, changes } = await setup(debuggable)
  await raw.call('DEBUG', 'CHANGE-REPL-ID')
  const south = openNode(server, 'south')
  await until(() => south.connected())
  const { epoch } = known(await south.open(code, { node: 'south', liveNodes: both, listener() {} }))
  await until(() => changes.length === 3)
  const inbox = createInbox()
  let replaced = 0

  const [image, ...outcomes] = await Promise.all([
    log.open(code, { node, liveNodes: both, listener: inbox.listener, onReplaced: () => replaced++ }),
    ...Array.from({ length: 50 }, (_, i) => south.append(code, chat({ epoch, node: 'south', text: `line ${i}` }))),
  ])
  const answered = outcomes.map(entryOf)
  const at = known(image).offset
  const missed = answered.filter(({ offset }) => offset > at)
  await until(() => missed.every(({ offset }) => inbox.entries.some((entry) => entry.offset === offset)))

  expect(known(image).epoch).toBe(epoch)
  expect(replaced).toBe(0)
  expect(inbox.entries.filter(({ offset }) => offset > at)).toEqual(missed)
})

/** A primary and its replica, behind one address that two nodes use. */
async function setupPair() {
  const server = await startRedis(replicable)
  use(server)
  const replica = await startRedis({ more: ['--replicaof', `127.0.0.1 ${server.port}`] })
  use(replica)
  const replicaRaw = new Redis(replica.url)
  use({ stop: async () => replicaRaw.disconnect() })
  await until(async () => (await replicaRaw.info('replication')).includes('master_link_status:up'))
  const address = await openSwitch(server.port)
  use(address)
  const url = `redis://127.0.0.1:${address.port}`
  const [log, south]: readonly [RoomLog, RoomLog] = [openNodeAt(url, node), openNodeAt(url, 'south')]
  await until(() => log.connected() && south.connected())
  const serve = () => log.open(code, { node, liveNodes: both, listener() {} })
  const participants = [
    person(code, { user_id: ana, display_name: 'Ana', role: 'host' }),
    person(code, { user_id: ben, display_name: 'Ben' }),
  ]
  await log.open(code, {
    node,
    liveNodes: both,
    listener() {},
    seed: { room: roomRow({ room_code: code }), participants, epoch: 'first', rowsTo: 1 },
  })
  return {
    server,
    replica,
    replicaRaw,
    address,
    log,
    south,
    serve,
    say: (text: string, fields = {}) => log.append(code, chat({ epoch: 'first', node, text, ...fields })),
  }
}

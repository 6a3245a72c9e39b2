import { expect, test } from 'bun:test'
import { until } from '@matinee/test/support'
import type { LogEntry } from '../domain/log-entry'
import { code, createRedisStage, node } from './contract/redis-stage'
import { chat, createInbox, entryOf } from './contract/stage'

const { openNode, setup } = createRedisStage()

test('a message that is not ours, or a listener that throws, does not keep the next one from being heard', async () => {
  const { server, raw, log, serve, say } = await setup()
  const heard = createInbox()
  const listener = (entry: LogEntry) => {
    heard.listener(entry)
    if (entry.seq === 1) throw new Error('not today')
  }
  await serve({ listener })
  const south = openNode(server, 'south')
  await until(() => south.connected())
  await south.open(code, { node: 'south', liveNodes: [node, 'south'], listener() {} })

  await raw.spublish(`{${code}}:live`, 'nonsense')
  for (const text of ['one', 'two']) await south.append(code, chat({ epoch: 'first', node: 'south', text }))

  expect((await heard.atLeast(2)).map(({ seq }) => seq)).toEqual([1, 2])
  expect(log.connected()).toBe(true)
  expect(entryOf(await say('three')).seq).toBe(3)
})

test('a lost subscription is made again, and what passed meanwhile can be read', async () => {
  const { server, raw, heard, log, changes, serve } = await setup()
  const south = openNode(server, 'south')
  await until(() => south.connected())
  await south.open(code, { node: 'south', liveNodes: [node, 'south'], listener() {} })

  await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await until(() => !log.connected())
  await until(() => log.connected() && south.connected())
  const missed = entryOf(await south.append(code, chat({ epoch: 'first', node: 'south', text: 'one' })))
  const read = await log.read(code, { epoch: 'first', seq: 0, note: 0 }, 10)

  expect(changes).toEqual([true, false, true])
  expect(read).toEqual([missed])
  expect(await heard.atLeast(1)).toEqual([missed])
  expect((await serve())?.seq).toBe(1)
})

test('nothing is published while one node serves the room, and it is as soon as there are two', async () => {
  const { server, raw, say } = await setup()
  const south = openNode(server, 'south')
  await until(() => south.connected())
  const published: string[] = []
  raw.on('smessage', (_channel: string, message: string) => published.push(message))
  await raw.ssubscribe(`{${code}}:live`)

  await say('alone')
  await south.open(code, { node: 'south', liveNodes: [node, 'south'], listener() {} })
  await say('heard')
  await south.close(code, 'south')
  await say('alone again')
  await south.open(code, { node: 'south', liveNodes: [node, 'south'], listener() {} })
  await say('heard again')
  await until(() => published.length >= 2)

  expect(published.map((message) => message.split(' ', 6))).toEqual([
    [node, 'first', '2', '2', '0', 'CHAT_MESSAGE'],
    [node, 'first', '4', '4', '0', 'CHAT_MESSAGE'],
  ])
})

test('nothing is published for a node that was evicted', async () => {
  const { server, raw, log, say } = await setup()
  const south = openNode(server, 'south')
  await until(() => south.connected())
  await south.open(code, { node: 'south', liveNodes: [node, 'south'], listener() {} })
  const published: string[] = []
  raw.on('smessage', (_channel: string, message: string) => published.push(message))
  await raw.ssubscribe(`{${code}}:live`)

  await log.evict(code, [node])
  await say('alone')
  await south.open(code, { node: 'south', liveNodes: [node, 'south'], listener() {} })
  await say('heard')
  await until(() => published.length > 0)

  expect(published.map((message) => message.split(' ', 3))).toEqual([[node, 'first', '2']])
})

test('a closed room is not subscribed to any more', async () => {
  const { raw, log } = await setup()
  const subscribers = async () => (await raw.spublish(`{${code}}:live`, 'x first 1 1 0 CHAT_MESSAGE {}')) ?? 0

  const open = await subscribers()
  await log.close(code, node)
  await until(async () => (await subscribers()) === 0)

  expect(open).toBe(1)
})

import { expect, test } from 'bun:test'
import { createMemoryBus } from '@matinee/bus/memory'
import type { AnyCloudEvent } from '@matinee/contracts'
import { silentLog } from '@matinee/kernel'
import { ana, ben, createStage, sessionId, tokenLifetimeMs } from './live/stage.fixture'
import { subscribe } from './subscriptions'

/** A node that hears facts over a bus. */
async function setup() {
  const stage = createStage()
  const staged = await stage.node()
  const { clock } = stage
  const bus = createMemoryBus({ clock, log: silentLog })
  const logged: string[] = []
  const logger = { ...silentLog, error: (message: string) => void logged.push(message) }
  let count = 0
  const tell = (type: string, data: unknown) =>
    bus.publish({
      specversion: '1.0',
      id: `fact-${count++}`,
      source: '/matinee/test',
      type,
      time: new Date(clock.nowMs()).toISOString(),
      datacontenttype: 'application/json',
      data,
    } as AnyCloudEvent)
  const start = () => subscribe({ bus, node: staged.node, clock, logger, tokenLifetimeMs })
  return { ...staged, stage, clock, bus, logged, tell, start }
}

test('[UP11] rows that rooms tells of reach the room, on a node that need not serve it', async () => {
  const { stage, tell, start } = await setup()
  const elsewhere = await stage.node()
  const client = await elsewhere.enter(ben)
  const subscriptions = start()

  await tell('rooms.room.updated', { room: stage.owner.putRoom({ name: 'Opera' }) })
  await client.next('ROOM_UPDATED')
  await tell('rooms.participant.removed', { participant: stage.owner.put(ben, { standing: 'REMOVED' }) })

  expect(await client.over()).toBe(4411)
  await subscriptions.stop()
})

test('[UP11] a fact that the log cannot take now is not lost', async () => {
  const { stage, enter, tap, tell, start } = await setup()
  const client = await enter(ana)
  const subscriptions = start()
  const applying = tap.holdCalls('applyRoom')
  tap.loseAnswer('applyRoom')
  await tell('rooms.room.updated', { room: stage.owner.putRoom({ name: 'Opera' }) })
  await applying.reached

  applying.release()

  // The first try took effect, its answer was lost; the next append finds the hole and fills it.
  client.says({ type: 'CHAT_MESSAGE', message: 'go on', id: 'm1' })
  expect(await client.next('ROOM_UPDATED')).toBeDefined()
  await subscriptions.stop()
})

test('[TK4] sessions that ended before this node began are known, as far back as a token may reach', async () => {
  const { stage, clock, tell, start, open } = await setup()
  await tell('auth.session.revoked', { session_id: sessionId(7), user_id: ana })
  clock.advance(tokenLifetimeMs / 2)
  const client = open(ana, { token: stage.tokens.issue(ana, { sessionId: sessionId(7) }) })
  await client.next('ROOM_STATE')

  const subscriptions = start()

  expect(await client.over()).toBe(4401)
  await subscriptions.stop()
})

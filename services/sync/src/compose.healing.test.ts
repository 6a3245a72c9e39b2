import { afterEach, describe, expect, test } from 'bun:test'
import type { Bus } from '@matinee/bus'
import { createMemoryBus } from '@matinee/bus/memory'
import { decodeToGateway, encodeToSync, MembershipQuery, NewerRowsQuery } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { createMemoryLink, type LinkEnd } from '@matinee/link'
import { until } from '@matinee/test/support'
import { type ComposedSync, composeSync, createMemoryRoomLog, defaultSyncConfig } from './compose'
import { ana, code, createStage, sessionId } from './live/stage.fixture'
import { createPasses } from './passes'

const passKey = 'the key of all nodes'
let running: { readonly sync: ComposedSync; link?: LinkEnd } | undefined
afterEach(async () => {
  // A node that goes waits for its gateways.
  running?.link?.close()
  await running?.sync.stop()
  running = undefined
})

/** Time passes in leaps here: what is silent meanwhile is not gone. */
const patient = { leaseMs: 3_600_000, linkIdleMs: 3_600_000 }

/** A whole node with the host in its room, whose bus brings no facts; and the owner of that room's rows. */
async function setup(config: { readonly healMs?: number } = {}) {
  const clock = createManualClock()
  const { owner } = createStage()
  const listeners: ((connected: boolean) => void)[] = []
  const bus: Bus = { ...createMemoryBus({ clock, log: silentLog }), onConnected: (listener) => void listeners.push(listener) }
  const sync = await composeSync({
    config: { ...defaultSyncConfig, internalSecret: 'a secret of the inside', passKey, ...patient, ...config },
    node: 'n1',
    bus,
    roomLog: createMemoryRoomLog({ clock }).forNode('n1'),
    auth: async () => new Response(null, { status: 503 }),
    rooms: async (request) => {
      const question: unknown = await request.json()
      if (request.url.endsWith('/internal/rows')) return Response.json(await owner.newer(NewerRowsQuery.parse(question).rooms))
      const { room_code, user_id } = MembershipQuery.parse(question)
      return Response.json(await owner.ask(room_code, user_id))
    },
    log: silentLog,
    clock,
  })
  const own: typeof running = { sync }
  running = own
  const entered = Promise.withResolvers<void>()
  const renamed = Promise.withResolvers<string>()
  let beaten = Promise.withResolvers<void>()
  const link = await createMemoryLink(sync.acceptLink)({
    frame(text) {
      const frame = decodeToGateway(text)
      if (frame.op === 'admit') entered.resolve()
      if (frame.op === 'tell' && frame.payload.includes('HEARTBEAT')) beaten.resolve()
      if (frame.op === 'publish' && frame.payload.includes('ROOM_UPDATED')) renamed.resolve(JSON.parse(frame.payload).room.name)
    },
    closed() {},
  })
  own.link = link
  const expiresAtMs = clock.nowMs() + 60_000_000
  const pass = {
    connection: 'c1',
    room: code,
    userId: ana,
    sessionId: sessionId(1),
    isGuest: false,
    expiresAtMs,
    standing: 'member',
  } as const
  link.send(
    encodeToSync({
      op: 'adopt',
      adoption: {
        topic: 't1',
        room: code,
        epoch: 'former',
        seq: 0,
        released: true,
        connections: [['c1', createPasses(passKey).seal(pass)]],
      },
    }),
  )
  await entered.promise
  return {
    owner,
    renamed: renamed.promise,
    /** Time passes, ten seconds or more, and is over when the node has looked at its clock. */
    async pass(byMs: number): Promise<void> {
      beaten = Promise.withResolvers()
      clock.advance(byMs)
      await beaten.promise
    },
    busIs: (connected: boolean) => {
      for (const listener of listeners) listener(connected)
    },
  }
}

describe('a whole node', () => {
  test('[G6] [HE1] asks rooms for what no fact has brought every 30 s, unless it is told otherwise', async () => {
    const { owner, renamed, pass } = await setup()
    owner.putRoom({ name: 'Palace' })

    await pass(29_999)
    const before = owner.questions.length
    await pass(10_000)
    const name = await renamed
    await pass(19_999)
    const between = owner.questions.length
    await pass(10_001)
    // It asks in the turn in which it has looked, and rooms hears of it a moment later.
    await until(() => owner.questions.length > 1)

    expect(name).toBe('Palace')
    expect([before, between, owner.questions.length]).toEqual([0, 1, 2])
  })

  test('[HE1] asks as often as its configuration says', async () => {
    const { owner, renamed, pass } = await setup({ healMs: 60_000 })
    owner.putRoom({ name: 'Palace' })

    await pass(59_999)
    const before = owner.questions.length
    await pass(10_000)

    expect(await renamed).toBe('Palace')
    expect(before).toBe(0)
  })

  test('[HE1] asks when NATS is back, and not when it goes', async () => {
    const { owner, renamed, busIs } = await setup({ healMs: 3_600_000 })
    owner.putRoom({ name: 'Palace' })

    busIs(false)
    const before = owner.questions.length
    busIs(true)

    expect(await renamed).toBe('Palace')
    expect(before).toBe(0)
  })
})

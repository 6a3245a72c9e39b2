import { afterEach, describe, expect, test } from 'bun:test'
import type { Bus } from '@matinee/bus'
import { createMemoryBus } from '@matinee/bus/memory'
import { decodeToGateway, encodeToSync, MembershipQuery, NewerRowsQuery } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { createMemoryLink, type LinkEnd } from '@matinee/link'
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

/** A whole node with the host in its room, whose bus brings no facts; and the owner of that room's rows. */
async function setup({ healMs }: { healMs: number }) {
  const clock = createManualClock()
  const { owner } = createStage()
  const listeners: ((connected: boolean) => void)[] = []
  const bus: Bus = { ...createMemoryBus({ clock, log: silentLog }), onConnected: (listener) => void listeners.push(listener) }
  const sync = await composeSync({
    config: { ...defaultSyncConfig, internalSecret: 'a secret of the inside', passKey, healMs },
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
  const link = await createMemoryLink(sync.acceptLink)({
    frame(text) {
      const frame = decodeToGateway(text)
      if (frame.op === 'admit') entered.resolve()
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
    busIs: (connected: boolean) => {
      for (const listener of listeners) listener(connected)
    },
  }
}

describe('a whole node', () => {
  test('[HE1] asks rooms for what no fact has brought, again and again', async () => {
    const { owner, renamed } = await setup({ healMs: 5 })

    owner.putRoom({ name: 'Palace' })

    expect(await renamed).toBe('Palace')
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

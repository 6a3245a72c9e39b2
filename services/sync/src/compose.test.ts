import { afterEach, expect, test } from 'bun:test'
import { createMemoryBus } from '@matinee/bus/memory'
import { type RoomsSeen, roomsSeenSubject } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { type ComposedSync, composeSync, defaultSyncConfig, type SyncConfig } from './compose'
import { tapLog } from './live/log.fixture'
import { createMemoryRoomLog } from './store/room-log.memory'

let composed: ComposedSync | undefined
afterEach(async () => {
  await composed?.stop()
  composed = undefined
})

/** A whole node, without ports; auth and rooms are away. */
async function setup({ config = {}, logIsAway = false }: { config?: Partial<SyncConfig>; logIsAway?: boolean } = {}) {
  const clock = createManualClock()
  const shared = createMemoryRoomLog({ clock })
  const tap = tapLog(() => shared.forNode('n1'))
  if (logIsAway) tap.refuse()
  const bus = createMemoryBus({ clock, log: silentLog })
  const away = async () => new Response(null, { status: 503 })
  composed = await composeSync({
    config: { ...defaultSyncConfig, internalSecret: 'a secret of the inside', passKey: 'the key of all nodes', ...config },
    node: 'n1',
    bus,
    roomLog: tap.log,
    auth: away,
    rooms: away,
    log: silentLog,
    clock,
  })
  const sync = composed
  const ready = async () => (await sync.internalFetch(new Request('http://sync/health/ready'))).status
  return { sync, tap, bus, ready }
}

test('[UP12] a node is ready once the room log has answered, whatever else is away, and no more when it goes', async () => {
  const { sync, tap, ready } = await setup()
  const first = await ready()

  tap.refuse()
  tap.setConnected(false)
  const withoutLog = await ready()
  sync.drain()

  expect([first, withoutLog, await ready()]).toEqual([200, 200, 503])
})

test('[UP12] it starts while the room log is away, and is ready when that has answered', async () => {
  const { tap, ready } = await setup({ config: { beatMs: 5 }, logIsAway: true })
  const before = await ready()
  const beating = tap.holdCalls('beat')
  tap.accept()
  await beating.reached
  beating.release()
  const after = tap.holdCalls('beat')
  await after.reached

  const later = await ready()
  after.release()

  expect([before, later]).toEqual([503, 200])
})

test('[UP7] who is here is told on the bus', async () => {
  const { bus } = await setup({ config: { seenMs: 5 } })

  const seen = await new Promise<unknown>((resolve) => {
    bus.onSignal(roomsSeenSubject, resolve)
  })

  expect(seen).toMatchObject({ node: 'n1', rooms: [] } satisfies Partial<RoomsSeen>)
})

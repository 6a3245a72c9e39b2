import { expect, test } from 'bun:test'
import type { ServerFrame } from './contract-types'
import { media } from './domain/follower.fixture'
import { snapshot } from './domain/scene.fixture'
import { follow } from './follow'
import { setup } from './follow.fixture'
import type { Intent } from './player'

test('[FL11] it says READY once a timeline, and reports again and again', async () => {
  const { room, player, told, hears, store } = setup()
  const reported = hears('REPORT', 3)

  const follower = follow(room, player)
  await reported
  const { view } = store.get()
  if (view) store.set({ ...store.get(), view: { ...view, playback: { ...view.playback, version: 4 } } })
  follower.stop()

  const readies = told.filter(({ type }) => type === 'READY')
  expect(readies).toEqual([
    { type: 'READY', version: 3, delay_ms: 20, start_cost_ms: 150 },
    { type: 'READY', version: 4, delay_ms: 20, start_cost_ms: 150 },
  ])
  expect(told.find(({ type }) => type === 'REPORT')).toMatchObject({
    position: 0,
    playing: false,
    rate: 1,
    error_ms: 5,
    delay_ms: 20,
    stalled: false,
  })
})

const me = { id: snapshot().you.id, display_name: 'Ana', is_guest: false }
const again: readonly (readonly [string, ServerFrame])[] = [
  ['RECOVERED', { type: 'RECOVERED' }],
  ['another ROOM_STATE', snapshot()],
  ['a WAITING that names us', { type: 'WAITING', version: 3, users: [me], deadline_at_ms: 9_000 }],
]

test.each(again)('[FL11] after %s it says READY again, once', async (_, frame) => {
  const room = setup()
  const ready = room.hears('READY')
  const follower = follow(room.room, room.player)
  await ready

  const readyAgain = room.hears('READY', 2)
  room.frame(frame)
  await readyAgain
  await room.hears('REPORT', 5)
  follower.stop()

  expect(room.told.filter(({ type }) => type === 'READY')).toHaveLength(2)
})

test('[FL11] a WAITING for others asks nothing of it', async () => {
  const { room, player, told, hears, frame } = setup()
  const ready = hears('READY')
  const follower = follow(room, player)
  await ready

  frame({ type: 'WAITING', version: 3, users: [{ ...me, id: 'somebody else' }], deadline_at_ms: 9_000 })
  await hears('REPORT', 5)
  follower.stop()

  expect(told.filter(({ type }) => type === 'READY')).toHaveLength(1)
})

test('[FL11] a READY that could not be sent is told at a later look', async () => {
  const { room, player, told, hears } = setup({ dropped: 2 })
  const ready = hears('READY')

  const follower = follow(room, player)
  await ready
  follower.stop()

  expect(told.find(({ type }) => type === 'READY')).toMatchObject({ version: 3 })
})

test('[FL11] that it stalls, and does no longer, it reports however seldom the room wants reports', async () => {
  const { room, player, told, hears, store, emit } = setup({ playback: { playing: true, at_ms: performance.now() + 60_000 } })
  const { view } = store.get()
  if (view) store.set({ ...store.get(), view: { ...view, policy: { ...view.policy, report_interval_ms: 60_000 } } })
  const [first, second, third] = [1, 2, 3].map((count) => hears('REPORT', count))
  const follower = follow(room, player)
  await first

  Object.assign(player, { readyState: 2 })
  emit('waiting')
  await second
  Object.assign(player, { readyState: 4 })
  emit('canplay')
  await third
  follower.stop()

  expect(told.flatMap((frame) => (frame.type === 'REPORT' ? [frame.stalled] : []))).toEqual([false, true, false])
})

test('[FL13] a player that shows one medium is neither ready for another nor moved by it', async () => {
  const { room, player, calls, told, hears, store } = setup()
  const ready = hears('READY')
  const follower = follow(room, player, { media })
  await ready

  const { view } = store.get()
  const sequel = { ...media, id: 'sequel' }
  if (view)
    store.set({ ...store.get(), view: { ...view, playback: { ...view.playback, media: sequel, version: 4, playing: true, time: 90 } } })
  const { mode } = follower.state
  follower.stop()

  expect(mode).toBe('detached')
  expect(told.filter(({ type }) => type === 'READY')).toHaveLength(1)
  expect([player.currentTime, calls]).toEqual([0, []])
})

test('[FL7] refused by the browser it plays without sound, and with it after a tap', async () => {
  const { room, player, calls } = setup({ playback: { playing: true, at_ms: performance.now(), time: 0 }, refuses: 1 })
  const muted = Promise.withResolvers<void>()

  const follower = follow(room, player)
  follower.subscribe(({ mutedByBrowser }) => mutedByBrowser && !player.paused && muted.resolve())
  await muted.promise
  const before = player.muted
  follower.resume()
  follower.stop()

  expect(calls.slice(0, 2)).toEqual(['play', 'play muted'])
  expect({ before, after: player.muted }).toEqual({ before: true, after: false })
})

test('[FL7] refused that too, it waits for a tap, in whose handler it plays', async () => {
  const { room, player, calls } = setup({ playback: { playing: true, at_ms: performance.now(), time: 0 }, refuses: 2 })
  const waits = Promise.withResolvers<void>()

  const follower = follow(room, player)
  follower.subscribe(({ mode }) => mode === 'needs_gesture' && waits.resolve())
  await waits.promise
  follower.resume()
  const within = [...calls]
  follower.stop()

  expect(within).toEqual(['play', 'play muted', 'play'])
})

test('[FL8] what is done with its own controls is told of', async () => {
  const { room, player, emit, hears } = setup()
  const intents: Intent[] = []
  const follower = follow(room, player, {
    onIntent: (intent) => {
      intents.push(intent)
      return true
    },
  })
  // Its own orders have long shown by then.
  await hears('REPORT', 10)

  player.paused = false
  emit('play')
  follower.stop()

  expect(intents).toEqual([{ type: 'play', positionS: 0 }])
  expect(player.paused).toBe(false)
})

test.each([
  [0.4, []],
  [30, [{ type: 'seek', positionS: 30 }]],
])('[FL8] a jump is told of only where it is more than what players take for one: to %d s', async (toS, expected) => {
  const { room, player, emit, hears } = setup()
  const intents: Intent[] = []
  const follower = follow(room, player, { onIntent: (intent) => intents.push(intent) > 0 })
  await hears('REPORT', 10)

  player.currentTime = toS
  emit('seeking')
  emit('seeking')
  follower.stop()

  expect(intents).toEqual(expected as Intent[])
})

test('[FL12] at the end of the medium a tap does not make it begin anew alone, and that its own controls do is told of', () => {
  const { room, player, calls, emit } = setup({ playback: { playing: true, at_ms: performance.now() - 700_000 } })
  Object.assign(player, { ended: true, currentTime: 600 })
  const intents: Intent[] = []
  const follower = follow(room, player, {
    onIntent: (intent) => {
      intents.push(intent)
      return true
    },
  })
  const { mode } = follower.state

  follower.resume()
  const tapped = [...calls]
  Object.assign(player, { ended: false, paused: false, currentTime: 0 })
  emit('play')
  follower.stop()

  expect({ mode, tapped }).toEqual({ mode: 'ended', tapped: [] })
  expect(intents).toEqual([{ type: 'seek', positionS: 0 }])
})

test('[FL12] a play button that jumps to the beginning first, as that of a browser does, is told of once', () => {
  const { room, player, emit } = setup({ playback: { playing: true, at_ms: performance.now() - 700_000 } })
  Object.assign(player, { ended: true, currentTime: 600 })
  const intents: Intent[] = []
  const follower = follow(room, player, { onIntent: (intent) => intents.push(intent) > 0 })

  Object.assign(player, { ended: false, paused: false, seeking: true, currentTime: 0 })
  emit('seeking')
  emit('play')
  follower.stop()

  expect(intents).toEqual([{ type: 'seek', positionS: 0 }])
})

test('[FL14] one in a frame whose length is not known until it plays is told to play', async () => {
  const { room, player } = setup({ playback: { playing: true, time: 60, at_ms: performance.now() } })
  Object.assign(player, { duration: 0, readyState: 1, currentTime: 60, shadowRoot: { querySelector: () => ({}) } })
  const follows = Promise.withResolvers<void>()

  const follower = follow(room, player)
  follower.subscribe(({ mode }) => (mode === 'starting' || mode === 'ended') && follows.resolve())
  await follows.promise
  follower.stop()

  expect(follower.state.mode).toBe('starting')
})

test.each([
  [300, 1],
  [599.7, 0],
])('[FL12, FL14] that one in a frame is paused is told of, but not at its end: at %d of 600 s', (positionS, expected) => {
  const { room, player, emit } = setup({ playback: { playing: true, time: positionS, at_ms: performance.now() }, paused: false })
  Object.assign(player, { ended: undefined, currentTime: positionS, shadowRoot: { querySelector: () => ({}) } })
  const intents: Intent[] = []
  const follower = follow(room, player, { onIntent: (intent) => intents.push(intent) > 0 })

  player.paused = true
  emit('pause')
  follower.stop()

  expect(intents).toHaveLength(expected)
})

test.each([
  ['past the end', 601, ['READY']],
  ['at the end', 600, ['READY', 'REPORT']],
])('[FL11] where the room is %s, at %d of 600 s, it says %p', (_, time, expected) => {
  const { room, player, told } = setup({ playback: { playing: false, time } })
  Object.assign(player, { ended: true, currentTime: 600 })

  follow(room, player).stop()

  expect(told.map(({ type }) => type)).toEqual(expected as (typeof told)[number]['type'][])
})

test.each([
  ['is paused at the end', { time: 600 }],
  ['plays on past the end', { playing: true, at_ms: performance.now() - 700_000 }],
])('[FL8, FL12] where the room %s, a jump by its own controls is told of', (_, playback) => {
  const { room, player, emit } = setup({ playback })
  Object.assign(player, { ended: true, currentTime: 600 })
  const intents: Intent[] = []
  const follower = follow(room, player, { onIntent: (intent) => intents.push(intent) > 0 })
  const { mode } = follower.state

  Object.assign(player, { ended: false, currentTime: 50 })
  emit('seeking')
  follower.stop()

  expect({ mode, intents }).toEqual({ mode: 'ended', intents: [{ type: 'seek', positionS: 50 }] })
})

test('one that is stopped, or whose connection has ended, lets go of the player', async () => {
  const stopped = setup()
  const ended = setup()
  follow(stopped.room, stopped.player).stop()
  follow(ended.room, ended.player)

  ended.store.set({ ...ended.store.get(), status: 'ended', ended: { code: 4410, reason: 'room_closed' } })

  expect([stopped.listening(), ended.listening()]).toEqual([0, 0])
})

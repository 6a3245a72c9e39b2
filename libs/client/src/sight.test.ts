import { expect, test } from 'bun:test'
import type { Player } from './player'
import { createSight } from './sight'

/** A player that tells what the test says, in a frame or not. */
function setup(framed: boolean, more: Partial<Player> = {}) {
  const player = {
    currentTime: 10,
    playbackRate: 1,
    muted: false,
    paused: false,
    seeking: false,
    ended: false,
    readyState: 1,
    duration: 600,
    play() {},
    pause() {},
    addEventListener() {},
    removeEventListener() {},
    shadowRoot: { querySelector: () => (framed ? {} : null) },
    ...more,
  }
  return { player, sight: createSight(player) }
}

test.each([
  ['in a frame', true, 0, false],
  ['in a frame', true, 1, true],
  ['of its own', false, 1, false],
  ['of its own', false, 3, true],
])('[FL14] a player %s, %p, can play at %i: %p', (_, framed, readyState, expected) => {
  const { sight } = setup(framed, { readyState, paused: true })

  expect(sight.seen(0).canPlay).toBe(expected)
})

test('[FL14] what tells its position in steps goes on between them, for as long as they may last', () => {
  const { player, sight } = setup(true)
  const before = [0, 100].map((atMs) => sight.seen(atMs).positionS)

  player.currentTime = 10.25
  sight.note(200)
  const after = [200, 300, 440, 2_000, 3_000].map((atMs) => sight.seen(atMs).positionS)

  // A start shows in the first step, not in the order.
  expect(before).toEqual([10, 10])
  expect(after.map((positionS) => positionS.toFixed(2))).toEqual(['10.25', '10.35', '10.49', '10.65', '10.65'])
})

test('[FL14] one that is paused or jumps stands where it says', () => {
  const { player, sight } = setup(true)
  sight.note(0)
  player.currentTime = 10.25
  sight.note(250)

  Object.assign(player, { paused: true })
  const paused = sight.seen(400).positionS
  Object.assign(player, { paused: false, seeking: true, currentTime: 90 })
  const jumping = sight.seen(500).positionS

  expect([paused, jumping]).toEqual([10.25, 90])
})

test('[FL14] one that is not in a frame is where it says at every look', () => {
  const { player, sight } = setup(false)
  sight.note(0)
  player.currentTime = 10.1

  expect([100, 200].map((atMs) => sight.seen(atMs).positionS)).toEqual([10.1, 10.1])
})

test.each([
  ['in a frame', true, true, 599.7, true],
  ['in a frame', true, false, 599.7, false],
  ['in a frame', true, true, 599.3, false],
  ['of its own', false, true, 599.7, false],
])('[FL14] a player %s, %p, that is paused, %p, at %d of 600 s, is at its end: %p', (_, framed, paused, currentTime, expected) => {
  const { sight } = setup(framed, { paused, currentTime })

  expect(sight.seen(0).ended).toBe(expected)
})

test('[FL14] one in a frame whose length is not known yet is not at its end', () => {
  const { sight } = setup(true, { paused: true, currentTime: 0, duration: 0 })

  expect(sight.seen(0)).toMatchObject({ ended: false, durationS: Number.NaN })
})

test('[FL15] one that has loaded nothing for a second, and not enough, loads more when it is told to play', () => {
  const { player, sight } = setup(false, { paused: true, networkState: 1 })

  const waits = [0, 900, 1_000].map((atMs) => sight.seen(atMs).loadsLater)
  Object.assign(player, { paused: false, networkState: 2 })
  const plays = sight.seen(1_100).loadsLater

  expect([...waits, plays]).toEqual([false, false, true, false])
})

test.each([
  ['is loading', { networkState: 2 }],
  ['has enough', { readyState: 3, networkState: 1 }],
  ['jumps', { seeking: true, networkState: 1 }],
  ['does not tell', {}],
])('[FL15] not so one that %s', (_, more) => {
  const { sight } = setup(false, { paused: true, ...more })
  sight.seen(0)

  expect(sight.seen(5_000).loadsLater).toBe(false)
})

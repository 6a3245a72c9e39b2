import { expect, test } from 'bun:test'
import { touched } from './follower'
import { known, setup } from './follower.fixture'
import type { Order } from './mind'

const endS = 102
const moves = (orders: readonly Order[]) => orders.filter(({ type }) => type !== 'rate').map(({ type }) => type)

/** One that plays along with the room, `aheadMs` ahead of it, up to a second before the end. */
function nearTheEnd(aheadMs: number) {
  const player = setup({}, { paused: false, durationS: endS })
  player.pass(1_000)
  player.mind = { ...player.mind, startCost: known(30) }
  player.seen.positionS += aheadMs / 1000
  return player
}

test.each([-30, 0, 10, 30, 60])(
  '[FL12] one that is %i ms ahead of the room at the end does not begin anew before the room does',
  (aheadMs) => {
    const player = nearTheEnd(aheadMs)

    const atTheEnd = player.pass(3_000)
    const stood = { positionS: player.seen.positionS, mode: player.mind.mode }
    player.tell({ time: 0, at_ms: player.nowMs + 100 })
    const anew = player.pass(2_000)

    expect([moves(atTheEnd), stood]).toEqual([[], { positionS: endS, mode: 'ended' }])
    expect(moves(anew)).toEqual(['seek', 'play'])
    expect(player.seen.positionS).toBeWithin(1.85, 1.95)
  },
)

test('[FL12] one that comes just before the end, and jumps there, stays there', () => {
  const player = setup({ at_ms: -1_900 }, { positionS: 0, durationS: endS })
  player.mind = { ...player.mind, startCost: known(30) }

  const orders = player.pass(3_000)

  expect(orders).toEqual([{ type: 'seek', toS: endS }])
  expect(player.mind.mode).toBe('ended')
})

test('[FL12] one that was told to play, and is at its end before that shows, has nothing under way', () => {
  const player = setup({ time: endS - 0.003, at_ms: 100 }, { positionS: endS - 0.003, durationS: endS })

  const orders = player.pass(200)

  expect(orders).toEqual([{ type: 'play' }])
  expect(player.mind).toMatchObject({ mode: 'ended', underWay: null })
})

test('[FL12, FL2] one at its end follows a room that jumps back a little', () => {
  const player = nearTheEnd(0)
  player.pass(3_000)

  player.tell({ time: endS - 0.9, at_ms: player.nowMs + 100 })
  const orders = player.pass(900)

  expect(moves(orders)).toEqual(['seek', 'play'])
  expect(player.seen.positionS).toBeWithin(endS - 0.2, endS)
})

test('[FL8, FL12] one that its own controls make begin anew, while the room stays at the end, comes back there', () => {
  const player = nearTheEnd(0)
  player.pass(3_000)
  Object.assign(player.seen, { positionS: 0, paused: false, ended: false })
  player.mind = touched(player.mind, { type: 'play', positionS: 0 }, { isTold: false, nowMs: player.nowMs })

  const orders = player.pass(2_000)

  expect(orders).toEqual([{ type: 'pause' }, { type: 'seek', toS: endS }])
  expect(player.mind.mode).toBe('ended')
})

test('[FL12] one that is late for the end plays on to it', () => {
  const player = nearTheEnd(-1_200)
  player.mind = { ...player.mind, jumps: 2 }

  const orders = player.pass(3_000)

  expect(moves(orders)).toEqual([])
  expect(player.seen).toMatchObject({ positionS: endS, ended: true })
})

test.each([
  ['paused', false, endS],
  ['said to play from', true, endS + 5],
])('[FL5, FL12] where the room is %s its end or beyond, the player is at its end', (_, playing, time) => {
  const player = setup({ playing, time }, { durationS: endS })

  const orders = player.pass(1_000)

  expect(orders).toEqual([{ type: 'seek', toS: endS }])
  expect(player.mind.mode).toBe('ended')
})

test('[FL12] one that comes when the room is past the end shows the end, with one jump, once it has data', () => {
  const player = setup({ at_ms: -60_000 }, { positionS: 0, durationS: endS, canPlay: false })

  const before = player.pass(1_000)
  player.seen.canPlay = true
  const after = player.pass(3_000)

  expect([before, after]).toEqual([[], [{ type: 'seek', toS: endS }]])
  expect(player.mind.mode).toBe('ended')
})

test('[FL12] one that stands elsewhere, to begin there, when the room jumps to the end goes there too', () => {
  const player = setup({ time: 50, at_ms: 5_000 }, { positionS: 50, durationS: endS })
  player.pass(500)

  player.tell({ time: endS })
  const orders = player.pass(3_000)

  expect(orders).toEqual([{ type: 'seek', toS: endS }])
})

test.each([
  ['past the end', endS, false],
  ['a little before the end, where it is taken to be', endS - 0.2, true],
])('[FL11, FL12] a room that will begin %s need not wait for it', (_, time, ended) => {
  const player = setup({ time, at_ms: 10_000 }, { positionS: time, ended, durationS: endS })

  player.pass(500)

  expect(player.mind).toMatchObject({ mode: 'ended', ready: true })
})

test('[FL5, FL12] where the end turns out to be further on, the player goes on to where the room is paused', () => {
  const player = setup({ playing: false, time: endS + 5 }, { durationS: endS })
  player.pass(500)

  Object.assign(player.seen, { durationS: endS + 60, ended: false })
  const orders = player.pass(500)

  expect(orders).toEqual([{ type: 'seek', toS: endS + 5 }])
  expect(player.mind.mode).toBe('holding')
})

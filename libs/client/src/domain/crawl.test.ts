import { expect, test } from 'bun:test'
import { putOffMs } from './costs'
import { look, refused } from './follower'
import { known, setup } from './follower.fixture'
import { freshMind } from './mind'

/** A player of which nothing is known, in a room that begins at `at_ms` or has begun. */
function stranger(at_ms: number, positionS = 100) {
  const player = setup({ at_ms }, { positionS })
  player.mind = { ...player.mind, startCost: freshMind.startCost }
  return player
}

const driftMs = ({ seen, nowMs }: ReturnType<typeof setup>, atMs: number) => (seen.positionS - 100) * 1000 - (nowMs - atMs)

test.each([0, 60, 120])(
  '[FL1] a first start is right though it takes %i ms: it begins ahead, at a crawl, and takes up the pace',
  (costMs) => {
    const player = stranger(1_000)

    const before = player.pass(835)
    player.pass(10 + costMs, { held: true })
    player.pass(500)

    expect(before).toEqual([])
    expect(player.orders).toEqual([{ type: 'rate', rate: 0.5 }, { type: 'play' }, { type: 'rate', rate: 1 }])
    expect(Math.abs(driftMs(player, 1_000))).toBeLessThan(6)
  },
)

test('[FL6] what it cost is learned, to within a look', () => {
  const player = stranger(1_000)

  player.pass(845 + 100, { held: true })
  player.pass(500)

  expect(player.mind.startCost.latest).toHaveLength(1)
  expect(player.mind.startCost.latest[0]).toBeWithin(95, 106)
})

test('[FL6] until it is known more is allowed for than most take', () => {
  expect([freshMind.startCost, known(20)].map(putOffMs)).toEqual([150, 20])
})

test('[FL1] one that takes longer than it crawls is not held back', () => {
  const player = stranger(1_000)

  const orders = player.pass(1_300, { held: true })

  expect(orders.map(({ type }) => type)).toEqual(['rate', 'play', 'rate'])
  expect(player.mind).toMatchObject({ mode: 'starting', crawls: false })
})

test('[FL10] one that takes no such rate begins as others do', () => {
  const player = stranger(1_000)
  Object.defineProperty(player.seen, 'rate', { get: () => 1, set: () => {} })

  const early = player.pass(930)
  player.pass(15)

  expect(early).toEqual([{ type: 'rate', rate: 0.5 }])
  expect(player.orders.at(-1)).toEqual({ type: 'play' })
})

test('[FL1] one that is looked at seldom does not crawl, for it would take up the pace too late', () => {
  const player = stranger(100)
  player.mind = { ...player.mind, lookEveryMs: 1_000_000 }

  player.pass(45)

  expect(player.orders).toEqual([{ type: 'play' }])
})

test('[FL1] what was before the first look is no pause between two', () => {
  const { situation } = setup()

  const { mind } = look(freshMind, { ...situation(), nowMs: 900_000 })

  expect(mind.lookEveryMs).toBe(0)
})

test.each([
  ['not known', freshMind.startCost, 'seek'],
  ['known', known(60), 'play'],
])('[FL2] where the room is about to come by, and what a start costs is %s', (_, startCost, first) => {
  const player = stranger(-60_000, 160.03)
  player.mind = { ...player.mind, startCost }

  const [order] = player.turn()

  expect(order?.type).toBe(first as 'seek' | 'play')
})

test('[FL7] one that is refused while it crawls begins anew without sound', () => {
  const player = stranger(1_000)
  player.pass(850)

  const { mind } = refused(player.mind, false)

  expect(player.mind.crawls).toBe(true)
  expect(mind).toMatchObject({ crawls: false, underWay: null })
})

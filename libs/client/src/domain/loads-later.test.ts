import { expect, test } from 'bun:test'
import { known, setup } from './follower.fixture'

/** A player that has no data, and loads none before it is told to play. */
const idle = { canPlay: false, loadsLater: true }
const plays = ({ orders }: ReturnType<typeof setup>) => orders.filter(({ type }) => type === 'play')

test('[FL15] one that loads no more before it is told to play is told, as early as it would be with data', () => {
  const player = setup({ at_ms: 1_000 }, idle)
  player.mind = { ...player.mind, startCost: known(150) }

  const early = player.pass(845)
  player.pass(5)

  expect(early).toEqual([])
  expect(plays(player)).toEqual([{ type: 'play' }])
  expect(player.nowMs).toBe(850)
})

test('[FL15] what such a start takes is not learned, and what it missed is made good', () => {
  const player = setup({ at_ms: 1_000 }, idle)

  player.pass(1_000)
  Object.assign(player.seen, { loadsLater: false })
  player.pass(800, { held: true })
  player.seen.canPlay = true
  player.pass(6_000)

  expect(Math.max(...player.mind.startCost.latest)).toBeLessThan(10)
  expect(Math.abs(player.seen.positionS - 100 - (player.nowMs - 1_000) / 1_000)).toBeLessThan(0.04)
})

test('[FL15] where it comes late it says once where it is to begin, and begins', () => {
  const player = setup({ at_ms: -60_000 }, { ...idle, positionS: 0 })

  player.pass(1_000)

  expect(player.orders.map(({ type }) => type)).toEqual(['seek', 'play'])
  expect(Math.abs(player.seen.positionS - 161)).toBeLessThan(0.12)
})

test('[FL15] where the room is paused it is ready where the room is', () => {
  const player = setup({ playing: false, time: 50 }, { ...idle, positionS: 0 })

  player.pass(500)

  expect(player.orders).toEqual([{ type: 'seek', toS: 50 }])
  expect(player.mind).toMatchObject({ mode: 'holding', ready: true })
})

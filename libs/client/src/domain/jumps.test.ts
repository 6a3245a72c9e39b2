import { expect, test } from 'bun:test'
import { following } from './follower.fixture'

test('[FL9] one that has stalled follows a jump of the room, once, and says so when it could go on from there', () => {
  const player = following(0)
  player.seen.canPlay = false
  player.pass(600, { held: true })

  player.tell({ time: 900, at_ms: player.nowMs + 10_000 })
  const orders = player.pass(2_500, { held: true })
  const { ready } = player.mind
  player.seen.canPlay = true
  player.pass(500)

  expect(orders).toEqual([{ type: 'pause' }, { type: 'seek', toS: 900 }])
  expect([ready, player.mind.ready]).toEqual([false, true])
})

test('[FL9] one that has not, and stalls as it begins, does not jump until it goes on', () => {
  const player = following(0)
  player.tell({ playing: false, time: 101 })
  player.pass(500)
  player.tell({ playing: true, at_ms: player.nowMs + 100 })
  player.pass(150)
  const before = player.orders.length

  player.seen.canPlay = false
  player.pass(600, { held: true })

  expect(player.orders.slice(before)).toEqual([])
  expect(player.mind.mode).toBe('stalled')
})

import { expect, test } from 'bun:test'
import { following } from './follower.fixture'
import { hasLeft } from './own-controls'

const jumped = ({ mind, seen, nowMs }: ReturnType<typeof following>) => hasLeft(mind.course, seen, nowMs)

test.each([
  [1, 180],
  [2, 180],
  [1, 2_000],
])('[FL8] one that plays on at a pace of %i while the page hangs for %i ms has not jumped', (rate, hangsMs) => {
  const player = following(0)
  player.seen.rate = rate
  const { course } = player.mind

  player.seen.positionS += (hangsMs / 1000) * rate

  expect(hasLeft(course, player.seen, player.nowMs + hangsMs)).toBe(false)
})

test.each([5, -5])('[FL8] one that is moved by %i s has, also where that was seen before it is told of', (byS) => {
  const player = following(0)

  player.seen.positionS += byS
  const atOnce = jumped(player)
  player.turn()
  player.pass(5)
  const seenBefore = jumped(player)
  player.pass(1_000)

  expect([atOnce, seenBefore, jumped(player)]).toEqual([true, true, false])
})

test('[FL8] what it was told to do is no jump of its own', () => {
  const player = following(0)

  player.tell({ time: 900, at_ms: player.nowMs })
  player.pass(100)

  expect(player.seen.positionS).toBeGreaterThan(900)
  expect(jumped(player)).toBe(false)
})

test('[FL9] one that says it jumps while it goes on has not stalled', () => {
  const player = following(0)

  for (let look = 0; look < 10; look++) {
    player.seen.seeking = look % 2 === 0
    // What the fixture holds back in a jump goes on here.
    player.seen.positionS += player.seen.seeking ? 0.005 : 0
    player.pass(5)
    expect(player.mind.mode).toBe('following')
  }
})

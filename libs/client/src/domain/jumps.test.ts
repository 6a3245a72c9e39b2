import { expect, test } from 'bun:test'
import { touched } from './follower'
import { following, setup } from './follower.fixture'

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

test.each([
  [1_000, 1],
  [2_000, 1],
  [2_600, 2],
  [3_500, 2],
  [4_800, 2],
  [6_000, 2],
  [9_000, 2],
])('[FL4] a jump that takes %i ms ends in playing', (takesMs, most) => {
  const player = setup({ time: 0, at_ms: -60_000 }, { positionS: 0 })
  player.jumpSlowly()

  let leftMs = 0
  for (let atMs = 0; atMs < 60_000; atMs += 5) {
    if (player.pass(5).some(({ type }) => type === 'seek')) leftMs = takesMs
    leftMs -= 5
    if (leftMs <= 0) player.seen.seeking = false
  }

  const count = (kind: string) => player.orders.filter(({ type }) => type === kind).length
  expect([count('seek'), count('play')]).toEqual([most, 1])
  expect(Math.abs(player.seen.positionS - 60 - player.nowMs / 1000)).toBeLessThan(0.05)
})

test('[FL10] one that is led by jumps alone jumps whenever it has come to be far off', () => {
  const player = following(0)
  player.mind = { ...player.mind, coarse: true }
  const jumps = [1, 2, 3, 4].map(() => {
    player.seen.positionS -= 0.5
    return player.pass(5_000).filter(({ type }) => type === 'seek').length
  })

  expect(jumps).toEqual([1, 1, 1, 1])
})

test('[FL10] one that only says that it has a rate is found out, and left at its own', () => {
  const player = following(-200)

  for (let atMs = 0; atMs < 6_000; atMs += 5) {
    // Whatever rate it has, it plays at 1.
    player.seen.positionS += 0.005 * (1 - player.seen.rate)
    player.pass(5)
  }

  expect(player.mind).toMatchObject({ coarse: true, mode: 'following' })
  expect(player.orders.at(-1)).toEqual({ type: 'rate', rate: 1 })
})

test('[FL8] one that is moved while the room is paused, and the room does not agree, comes back', () => {
  const player = setup({ playing: false, time: 50 }, { positionS: 0 })
  player.pass(1_000)
  player.seen.positionS = 300
  player.mind = touched(player.mind, { type: 'seek', positionS: 300 }, { isTold: true, nowMs: player.nowMs })

  const meanwhile = player.pass(1_000)
  const after = player.pass(1_000)

  expect(meanwhile).toEqual([])
  expect(after).toEqual([{ type: 'seek', toS: 50 }])
})

test.each([
  ['waits for data', 50, false],
  ['is at its end and has none beyond', 102, true],
])('[FL9] one that %s, and has jumped lately, follows a jump of the room at once', (_, positionS, ended) => {
  const player = setup({ time: 20 }, { positionS: 20, paused: false, durationS: 102 })
  player.pass(300)
  player.tell({ playing: false, time: positionS })
  player.pass(500)
  Object.assign(player.seen, { canPlay: false, ended })

  player.tell({ playing: true, time: 70, at_ms: player.nowMs + 200 })
  const orders = player.pass(100)

  expect(orders).toMatchObject([{ type: 'seek' }])
})

test('[FL5, FL4] one that takes no jump before it has data is brought to where the room is paused once it has', () => {
  const player = setup({ playing: false, time: 50 }, { canPlay: false, positionS: 0 })

  const before = player.pass(1_000)
  Object.assign(player.seen, { canPlay: true, positionS: 0 })
  const after = player.pass(1_000)

  expect([before, after]).toEqual([[{ type: 'seek', toS: 50 }], [{ type: 'seek', toS: 50 }]])
  expect(player.mind).toMatchObject({ mode: 'holding', ready: true })
})

test('[FL5, FL9] one without data asks for those of each place where the room is paused, once', () => {
  const player = setup({ playing: false, time: 50 }, { canPlay: false, positionS: 0 })
  player.pass(500)

  player.tell({ time: 70 })
  const orders = player.pass(5_000)

  expect(orders).toEqual([{ type: 'seek', toS: 70 }])
})

test('[FL5, FL12] one without data is not sent to its end before it has some', () => {
  const player = setup({ playing: false, time: 110 }, { canPlay: false, positionS: 0, durationS: 102 })

  const before = player.pass(1_000)
  player.seen.canPlay = true
  const after = player.pass(1_000)

  expect([before, after]).toEqual([[], [{ type: 'seek', toS: 102 }]])
})

test.each([
  ['plays', true],
  ['is paused', false],
])('[FL4] one whose jump waits for data goes where the room that %s jumps meanwhile, without those, once', (_, playing) => {
  const player = following(0)
  player.jumpSlowly()
  player.tell({ playing, time: 900, at_ms: player.nowMs + 200 })
  player.pass(900)

  player.tell({ time: 2_000, at_ms: player.nowMs + 200 })
  const atOnce = player.pass(50)
  const later = player.pass(10_000)

  expect([atOnce, later.map(({ type }) => type)]).toEqual([[], ['seek']])
})

test.each([60_000, 8 * 3_600_000])(
  '[FL3] one that was not looked at for %i ms, or slept, is as soon where the room is as others',
  (sleptMs) => {
    const player = following(0)
    player.mind = { ...player.mind, lookedMs: player.nowMs - sleptMs }
    player.seen.positionS -= 0.3

    player.pass(4_000)

    expect(Math.abs(player.seen.positionS - 100 - player.nowMs / 1_000)).toBeLessThan(0.02)
  },
)

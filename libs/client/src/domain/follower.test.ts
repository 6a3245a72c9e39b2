import { describe, expect, test } from 'bun:test'
import { look, refused, resumed, touched } from './follower'
import { following, known, media, setup, timeline } from './follower.fixture'
import { freshMind } from './mind'

describe('starting', () => {
  test('[FL1] it begins early by what a start costs', () => {
    const player = setup({ at_ms: 1_000 })
    player.mind = { ...player.mind, startCost: known(150) }

    const early = player.pass(800)
    player.pass(50)

    expect(early).toEqual([])
    expect(player.orders).toEqual([{ type: 'play' }])
    expect(player.nowMs).toBe(850)
  })

  test('[CK4] by a clock that becomes known it is led at once', () => {
    const player = setup({ at_ms: 0 })
    player.setClock(null)

    const { orders, againInMs } = look(player.mind, player.situation())

    expect(orders).toEqual([])
    expect(againInMs).toBeLessThanOrEqual(50)
  })

  test('[FL1] without data it does not begin', () => {
    const player = setup({ at_ms: 0 }, { canPlay: false })

    const without = player.pass(100)
    player.seen.canPlay = true
    player.pass(100)

    expect(without.filter(({ type }) => type === 'play')).toEqual([])
    expect(player.orders).toContainEqual({ type: 'seek', toS: expect.any(Number) })
  })

  test('[FL2] one that comes late jumps to where the room will be, and begins when it is there', () => {
    const player = setup({ at_ms: -60_000 }, { positionS: 0 })

    const [jump] = player.turn()
    player.pass(1_000)

    const startedAtS = jump?.type === 'seek' ? jump.toS : Number.NaN
    expect(startedAtS).toBeGreaterThan(160)
    expect(player.orders.map(({ type }) => type)).toEqual(['seek', 'play'])
    expect(Math.abs(player.seen.positionS - 161)).toBeLessThan(0.12)
  })

  test('[FL6] what a start costs is learned', () => {
    const player = setup({ at_ms: 1_000 })
    player.mind = { ...player.mind, startCost: known(100) }

    // Told at 900, it shows its first frame at 1,100.
    player.pass(1_100, { held: true })
    player.pass(100)

    expect(player.mind.startCost.latest).toHaveLength(2)
    expect(player.mind.startCost.latest[1]).toBeWithin(195, 206)
  })

  test('[FL6] for another medium it is learned anew', () => {
    const player = setup({ at_ms: 1_000_000 })
    player.mind = { ...player.mind, playback: timeline({ at_ms: 1_000_000 }), startCost: known(150) }

    player.tell({ media: { ...media, id: 'another' } })
    player.turn()

    expect(player.mind.startCost.latest).toEqual([])
  })
})

describe('staying', () => {
  test('[FL3] a small drift is borne', () => {
    const player = following(35)

    expect(player.pass(2_000)).toEqual([])
  })

  test.each([
    [80, 0.95],
    [-80, 1.05],
  ])('[FL3] one of %i ms is made good by a change of rate, and then it plays as the room does', (driftMs, about) => {
    const player = following(driftMs)

    const orders = player.pass(4_000)
    const rates = orders.flatMap((order) => (order.type === 'rate' ? [order.rate] : []))

    expect(rates[0]).toBeWithin(about - 0.02, about + 0.02)
    expect(rates.at(-1)).toBe(1)
    expect(orders.every(({ type }) => type === 'rate')).toBe(true)
    expect(Math.abs(player.seen.positionS - 100 - player.nowMs / 1000) * 1000).toBeLessThan(15)
  })

  test.each([
    [45, 0.05, 0.05],
    [45, 0.02, 0.02],
    [200, 0.05, 0.136],
    [400, 0.05, 0.25],
    [1_900, 0.05, 0.25],
  ])('[FL3] at %i ms, in a room of %d, the rate is changed by no more than is said, and near as much', (driftMs, own, most) => {
    const player = following(driftMs)
    player.setPolicy({ max_rate_change: own })

    const [first] = player.pass(500)
    const change = first?.type === 'rate' ? 1 - first.rate : Number.NaN

    expect(change).toBeWithin(most * 0.8, most + 1e-6)
  })

  test('[FL3] after a start any drift is too much', () => {
    const player = following(25, false)

    player.pass(2_500)

    expect(Math.abs(player.seen.positionS - 100 - player.nowMs / 1000) * 1000).toBeLessThan(12)
  })

  test.each([
    ['another', 25, true],
    ['known a little better', 3, false],
  ])('[FL3] where the clock is %s, what is off by that is made good: %i ms', (_, aheadMs, expected) => {
    const player = following(0)
    player.pass(500)

    player.setClock(aheadMs)
    const orders = player.pass(3_000)

    expect(orders.length > 0).toBe(expected)
    expect(orders.every(({ type }) => type === 'rate')).toBe(true)
    expect(Math.abs(player.seen.positionS - 100 - (player.nowMs + aheadMs) / 1000) * 1000).toBeLessThan(12)
  })

  test('[FL3] beyond the bound it jumps, once', () => {
    const player = following(-2_500)

    const orders = player.pass(2_000)

    expect(orders.map(({ type }) => type)).toEqual(['pause', 'seek', 'play'])
  })

  test('[FL3] where the room jumps it jumps too, though it is not far', () => {
    const player = following(0)

    player.tell({ time: 101.5, at_ms: player.nowMs + 200 })
    const orders = player.pass(1_500)

    expect(orders.map(({ type }) => type)).toEqual(['pause', 'seek', 'play'])
    expect(Math.abs(player.seen.positionS - 101.5 - 1.3) * 1000).toBeLessThan(120)
  })

  test.each([-90, 0, 90])(
    '[FL3] by as much as the start is put off too, so that nothing of what is skipped is seen: off by %i ms',
    (offMs) => {
      const player = following(0)
      const toS = player.seen.positionS + 10 + offMs / 1000

      player.tell({ time: toS, at_ms: player.nowMs + 10_000 })
      const orders = player.pass(9_000)

      expect(orders).toEqual([{ type: 'pause' }, { type: 'seek', toS }])
      expect(player.mind).toMatchObject({ mode: 'armed', ready: true })
    },
  )

  test('[FL3] where the room goes on at another rate it does not', () => {
    const player = following(0)

    player.tell({ time: 100 + player.nowMs / 1000, at_ms: player.nowMs, rate: 1.5 })
    const orders = player.pass(100)

    expect(orders).toEqual([{ type: 'rate', rate: 1.5 }])
  })

  test('[FL3] thresholds are those of the room, also when they change', () => {
    const player = following(35)
    player.pass(500)

    player.setPolicy({ correct_from_ms: 20 })

    expect(player.pass(500).map(({ type }) => type)).toEqual(['rate'])
  })

  test('[FL4] nothing is asked while a jump is under way', () => {
    const player = following(-2_500)
    player.jumpSlowly()

    const orders = player.pass(5_000)

    expect(orders.map(({ type }) => type)).toEqual(['pause', 'seek'])
    expect(player.mind.mode).toBe('seeking')
  })

  test('[FL9] one that stalls is asked for nothing, and catches up after', () => {
    const player = following(0)
    player.seen.canPlay = false

    const meanwhile = player.pass(600, { held: true })
    const mode = player.mind.mode
    player.seen.canPlay = true
    const after = player.pass(8_000)

    expect(meanwhile).toEqual([])
    expect(mode).toBe('stalled')
    expect(after.filter(({ type }) => type === 'seek')).toEqual([])
    expect(Math.abs(player.seen.positionS - 100 - player.nowMs / 1000) * 1000).toBeLessThan(15)
  })

  test('[FL10] a player that takes no rate is left at its own, and jumps when it is far off', () => {
    const player = following(-80)
    const fixed = Object.defineProperty(player.seen, 'rate', { get: () => 1, set: () => {} })

    player.pass(2_000)
    const before = player.orders.length
    fixed.positionS -= 0.5
    player.pass(1_500)

    expect(player.mind.coarse).toBe(true)
    expect(player.orders.slice(before).map(({ type }) => type)).toEqual(['pause', 'seek', 'play'])
  })

  test('[FL12] past the end nothing is asked of one that is there', () => {
    const player = setup({ at_ms: -8_000_000 }, { positionS: 7_200, paused: true })

    expect(player.pass(1_000)).toEqual([])
    expect(player.mind.mode).toBe('ended')
  })
})

describe('pausing, and who else has a say', () => {
  test('[FL5] where the room is paused the player is, at its position, with one jump', () => {
    const player = following(0)

    player.tell({ playing: false, time: 250 })
    const orders = player.pass(1_000)

    expect(orders).toEqual([{ type: 'pause' }, { type: 'seek', toS: 250 }])
    expect(player.mind).toMatchObject({ mode: 'holding', ready: true })
  })

  test('[FL5, FL4] one that stops near and no nearer is left there', () => {
    const player = setup({ playing: false, time: 50 }, { positionS: 49 })
    player.turn()
    player.seen.positionS = 49.5

    expect(player.pass(2_000)).toEqual([])
  })

  test('[FL7] refused, it plays without sound; refused that too, it waits for a tap', () => {
    const muted = refused(freshMind, false)
    const waiting = refused(muted.mind, true)
    const tapped = resumed(waiting.mind)

    expect(muted.orders).toEqual([{ type: 'muted', muted: true }])
    expect(waiting).toMatchObject({ orders: [], mind: { mode: 'needs_gesture' } })
    expect(tapped).toMatchObject({ orders: [{ type: 'muted', muted: false }], mind: { refused: 'no' } })
  })

  test('[FL8] a pause by its own controls stays until it is resumed', () => {
    const player = following(0)
    player.seen.paused = true
    player.mind = touched(player.mind, { type: 'pause', positionS: player.seen.positionS }, { isTold: false, nowMs: player.nowMs })

    const while_ = player.pass(3_000)
    player.mind = resumed(player.mind).mind
    const after = player.pass(1_500)

    expect(while_).toEqual([])
    expect(after.map(({ type }) => type)).toEqual(['seek', 'play'])
  })

  test('[FL8] while the room is being told it is left alone, and then does as the room does', () => {
    const player = following(0)
    player.seen.positionS += 300
    player.mind = touched(player.mind, { type: 'seek', positionS: player.seen.positionS }, { isTold: true, nowMs: player.nowMs })

    const meanwhile = player.pass(1_000)
    player.tell({ time: 400 + player.nowMs / 1000, at_ms: player.nowMs })
    const after = player.pass(1_000)

    expect(meanwhile).toEqual([])
    expect(after.filter(({ type }) => type === 'seek')).toHaveLength(0)
  })
})

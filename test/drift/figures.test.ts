import { expect, test } from 'bun:test'
import { figuresOf, type Visit } from './figures'
import type { Recording, Timeline } from './page/recording'

const frameMs = 40
const timeline: Timeline = { version: 1, playing: true, time: 0, at_ms: 10_000, rate: 1 }
const lastsMs = 8_000

/** A page that has been there since 5 s, and shows each picture so late; its own clock is off. */
function visit({ lateMs = 0, clockOffMs = 0, late = false, turns = [] as Recording['turns'] }): Visit {
  const own = (atMs: number) => atMs - clockOffMs
  const shown = Array.from({ length: lastsMs / frameMs }, (_, at) => ({
    atMs: own(10_000 + lateMs + at * frameMs),
    positionS: (at * frameMs) / 1000,
  }))
  const loaded = { atMs: own(late ? 10_000 : 5_000), type: 'loadeddata', rate: 1 } as const
  return {
    name: 'Somebody',
    late,
    offsetMs: clockOffMs,
    offsetErrorMs: 0.2,
    recording: {
      frames: [{ atMs: own(5_000), positionS: -1 }, ...shown],
      turns: [loaded, { atMs: own(9_990), type: 'play', rate: 1 }, ...turns],
      timelines: [
        { atMs: own(5_000), timeline: { ...timeline, version: 0, playing: false } },
        { atMs: own(9_800), timeline },
      ],
      modes: [],
      clock: [5_000, 18_000].map((atMs) => ({ atMs: own(atMs), serverMs: atMs + 7, errorMs: 20 })),
      startCostMs: 0,
    },
  }
}

test('two are as far apart as their pictures are, whatever their clocks say', () => {
  const figures = figuresOf([visit({}), visit({ lateMs: 30, clockOffMs: 4_000 })], frameMs)

  expect(figures.drift_ms.p50).toBeCloseTo(30, 0)
  expect(figures.first_start_spread_ms).toMatchObject({ p50: 30, count: 1 })
  expect(figures.same_frame).toMatchObject({ at_most_one_apart: 1 })
  expect(figures.clock_error_ms.p95).toBe(7)
  expect(figures.begun_late).toBe(0)
})

test('of three, any two are told of, and the furthest two', () => {
  const { drift_ms: drift, spread_ms: spread } = figuresOf([visit({}), visit({ lateMs: 20 }), visit({ lateMs: 100 })], frameMs)

  expect([drift.p50, drift.p95, spread.p50]).toEqual([80, 100, 100])
})

test('whoever has not begun 400 ms after a start is counted', () => {
  expect(figuresOf([visit({}), visit({ lateMs: 500 })], frameMs).begun_late).toBe(1)
})

test('a late one is in sync once its picture stays within 40 ms of the room', () => {
  const [prompt, never] = [visit({ lateMs: 10, late: true }), visit({ lateMs: 60, late: true })]

  const figures = figuresOf([visit({}), prompt, never], frameMs)

  expect(figures.late_join_ms).toMatchObject({ p50: 20, count: 1 })
  expect(figures.never_in_sync).toBe(1)
})

test('jumps are counted for each reason, and changes of rate that are not the way back', () => {
  const seeks = [11_000, 12_000].map((atMs) => ({ atMs, type: 'seeking', rate: 1 }) as const)
  const rates = [1.04, 1].map((rate, at) => ({ atMs: 15_000 + at, type: 'ratechange', rate }) as const)

  const figures = figuresOf([visit({}), visit({ turns: [...seeks, ...rates] })], frameMs)

  expect(figures.jumps_per_reason).toEqual({ most: 2, mean: 0.5 })
  expect(figures.corrections_per_minute).toBeGreaterThan(0)
})

import { describe, expect, test } from 'bun:test'
import type { Turn } from './page/recording'
import { trackOf } from './track'

const frameMs = 40
/** A picture each 40 ms from an instant and a position on. */
const frames = (fromMs: number, fromS: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ atMs: fromMs + at * frameMs, positionS: fromS + (at * frameMs) / 1000 }))
const turn = (atMs: number, type: Turn) => ({ atMs, type, rate: 1 })

describe('a track', () => {
  const track = trackOf({ frames: [{ atMs: 0, positionS: 0 }, ...frames(1_040, 0.04, 100)], turns: [turn(1_000, 'play')] }, 0, frameMs)

  test('begins with the first picture that is another one', () => {
    expect(track.positionAt(1_030)).toBeUndefined()
    expect(track.positionAt(1_040)).toBe(0.04)
  })

  test('goes on between two frames', () => {
    expect(track.positionAt(2_060)).toBeCloseTo(1.06, 6)
  })

  test('is on the common clock', () => {
    const late = trackOf({ frames: [{ atMs: 0, positionS: 0 }, ...frames(1_040, 0.04, 9)], turns: [turn(1_000, 'play')] }, 500, frameMs)

    expect(late.positionAt(1_040)).toBeUndefined()
    expect(late.positionAt(1_540)).toBe(0.04)
  })
})

test('a picture that stays for longer than a frame lasts falls behind', () => {
  const shown = [{ atMs: 0, positionS: 0 }, ...frames(40, 0.04, 2), ...frames(580, 0.58, 2)]

  const track = trackOf({ frames: shown, turns: [turn(0, 'play')] }, 0, frameMs)

  expect(track.positionAt(570)).toBeCloseTo(0.12, 6)
  expect(track.positionAt(580)).toBe(0.58)
})

test('there is no position while it is paused, jumps, or shows what it has jumped to', () => {
  const shown = [{ atMs: 0, positionS: 0 }, ...frames(40, 0.04, 20), { atMs: 1_100, positionS: 30 }, ...frames(1_300, 30.04, 5)]
  const turns = [turn(10, 'play'), turn(830, 'pause'), turn(840, 'seeking'), turn(900, 'seeked'), turn(1_050, 'play')]

  const track = trackOf({ frames: shown, turns }, 0, frameMs)

  expect([829, 831, 1_000, 1_120, 1_299].map((atMs) => track.positionAt(atMs) !== undefined)).toEqual([true, false, false, false, false])
  expect(track.positionAt(1_300)).toBe(30.04)
})

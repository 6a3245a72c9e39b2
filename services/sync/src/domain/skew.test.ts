import { describe, expect, test } from 'bun:test'
import type { Playback } from '@matinee/contracts'
import { sampleOf } from './sample'
import { driftOf, follows, playsNear, skewOf, worstOf } from './skew'

const nowMs = 1_010_000
const playing: Playback = { media: null, playing: true, time: 30, at_ms: 1_000_000, rate: 1, version: 4, user: null }
const report = (positionS: number, fields = {}) => ({ positionS, playing: true, rate: 1, atMs: nowMs, errorMs: 5, ...fields })

describe('drift', () => {
  test.each([
    ['ahead', 40.05, 50],
    ['behind', 39.5, -500],
    ['in place', 40, 0],
  ])('[PB20] a player that is %s', (_, positionS, driftMs) => {
    expect(driftOf(report(positionS), playing, nowMs)).toBe(driftMs)
  })

  test('[PB20] it is judged by the instant of the report, not by when that comes in, and by the rate', () => {
    const late = report(45, { atMs: nowMs - 2_500 })

    expect(driftOf(late, { ...playing, rate: 2 }, nowMs)).toBe(0)
  })

  test('[PB20] of a time before the timeline holds nothing can be said', () => {
    expect(driftOf(report(0, { atMs: playing.at_ms - 1 }), playing, nowMs)).toBeUndefined()
  })

  test.each([-5_001, 5_001])('[PB20] a report of another time (%d ms) tells of a clock that is wrong, and is not judged', (offMs) => {
    expect(driftOf(report(40, { atMs: nowMs + offMs }), playing, nowMs)).toBeUndefined()
  })

  test('[PB13] a player follows when it is where the timeline is, and plays when that does', () => {
    const within = { nowMs, withinMs: 2_000 }

    expect(follows(report(41.9), playing, within)).toBe(true)
    expect(follows(report(42.1), playing, within)).toBe(false)
    expect(follows(report(40, { playing: false }), playing, within)).toBe(false)
    expect(follows(report(30, { playing: false }), { ...playing, playing: false }, within)).toBe(true)
    expect(follows(report(0, { playing: false }), { ...playing, playing: false }, within)).toBe(false)
  })

  test('[RG6] one plays near where the timeline stands before its start; one that is paused there does not', () => {
    const stands = { ...playing, at_ms: nowMs + 8_000 }
    const within = { nowMs, withinMs: 2_000 }

    expect(playsNear(report(stands.time - 1.9), stands, within)).toBe(true)
    expect(playsNear(report(stands.time - 2.1), stands, within)).toBe(false)
    expect(playsNear(report(stands.time, { playing: false }), stands, within)).toBe(false)
  })
})

describe('skew', () => {
  const everyTen = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, place) => (from + place) * 10)

  test('[PB21] where nobody reports there is none, and one member is not apart from itself', () => {
    expect(skewOf([])).toBeUndefined()
    expect(skewOf([sampleOf([300])])).toBe(0)
  })

  test('[PB21] of up to twenty members it is between the last and the first', () => {
    expect(skewOf([sampleOf([-40, 0, 25])])).toBe(65)
    expect(skewOf([sampleOf(everyTen(-9, 10))])).toBe(190)
  })

  test('[PB21] in a crowd a stray at either end does not stand for the room', () => {
    const crowd = sampleOf([-9_000, ...everyTen(-20, 20), 9_000])

    expect(skewOf([crowd])).toBeLessThanOrEqual(400)
  })

  test('[PB21] it is over all nodes', () => {
    expect(skewOf([sampleOf([-10]), sampleOf([70])])).toBe(80)
  })

  test('[PB22] each person is named once, by its worst connection, the worst first, and no more than asked for', () => {
    const drift = (userId: string, driftMs: number) => ({ userId, driftMs, errorMs: 1 })

    const worst = worstOf([drift('ana', 10), drift('ben', -90), drift('ana', 60), drift('cleo', 5)], 2)

    expect(worst).toEqual([drift('ben', -90), drift('ana', 60)])
  })
})

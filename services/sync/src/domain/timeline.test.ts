import { describe, expect, test } from 'bun:test'
import type { Playback } from '@matinee/contracts'
import { positionAt, schedule } from './timeline'

const paused: Playback = { media: null, playing: false, time: 30, at_ms: 1_000_000, rate: 1, version: 4, user: null }
const playing: Playback = { ...paused, playing: true }

describe('timeline', () => {
  test('[PB1] while playing, the position moves on by the rate', () => {
    expect(positionAt({ ...playing, rate: 1.5 }, 1_010_000)).toBe(45)
  })

  test('[PB1] while paused, the position stays', () => {
    expect(positionAt(paused, 1_999_999)).toBe(30)
  })

  test('[PB2] before a scheduled start nothing moves', () => {
    expect(positionAt(playing, 999_800)).toBe(30)
  })

  test('[PB3] a start is put off by the lead, for the one who pressed play too', () => {
    const { timeline, leadMs } = schedule(paused, { type: 'PLAY', timeS: 12.5 }, 200)

    expect(timeline).toEqual({ media: null, playing: true, time: 12.5, rate: 1, version: 5 })
    expect(leadMs).toBe(200)
  })

  test('[PB3] a pause holds at once', () => {
    const { timeline, leadMs } = schedule(playing, { type: 'PAUSE', timeS: 31 }, 200)

    expect(timeline.playing).toBe(false)
    expect(leadMs).toBe(0)
  })

  test('[PB4] a seek keeps playing what played, and keeps paused what was paused', () => {
    expect(schedule(playing, { type: 'SEEK', timeS: 90 }, 200)).toMatchObject({ timeline: { playing: true, time: 90 }, leadMs: 200 })
    expect(schedule(paused, { type: 'SEEK', timeS: 90 }, 200)).toMatchObject({ timeline: { playing: false, time: 90 }, leadMs: 0 })
  })

  test('[PB5] every command raises the version by one', () => {
    for (const type of ['PLAY', 'PAUSE', 'SEEK'] as const) expect(schedule(playing, { type, timeS: 0 }, 200).timeline.version).toBe(5)
  })
})

import { describe, expect, test } from 'bun:test'
import type { Playback } from '@matinee/contracts'
import { type PlaybackCommand, positionAt, type Scheduled, schedule } from './timeline'

const paused: Playback = { media: null, playing: false, time: 30, at_ms: 1_000_000, rate: 1, version: 4, user: null }
const playing: Playback = { ...paused, playing: true }
const timing = { nowMs: 1_010_000, leadMs: 200 }
/** The timeline as the log would have it, had it stamped the command when it was given. */
const then = ({ timeline, holds }: Scheduled): Playback => ({
  ...timeline,
  at_ms: 'atMs' in holds ? holds.atMs : timing.nowMs + holds.leadMs,
  user: null,
})

describe('timeline', () => {
  test('[PB1] while playing, the position moves on by the rate', () => {
    expect(positionAt({ ...playing, rate: 1.5 }, 1_010_000)).toBe(45)
  })

  test('[PB1] while paused, the position stays', () => {
    expect(positionAt(paused, 1_999_999)).toBe(30)
  })

  test('[PB1] after ten days it is as far as any medium goes, and stays there', () => {
    expect(positionAt(playing, playing.at_ms + 20 * 86_400_000)).toBe(864_000)
  })

  test('[PB2] before a scheduled start nothing moves', () => {
    expect(positionAt(playing, 999_800)).toBe(30)
  })

  test('[PB3] a start is put off by the lead, for the one who pressed play too', () => {
    const { timeline, holds } = schedule(paused, { type: 'PLAY', timeS: 12.5 }, timing)

    expect(timeline).toEqual({ media: null, playing: true, time: 12.5, rate: 1, version: 5 })
    expect(holds).toEqual({ leadMs: 200 })
  })

  test('[PB3] a pause holds at once', () => {
    const { timeline, holds } = schedule(playing, { type: 'PAUSE', timeS: 31 }, timing)

    expect(timeline.playing).toBe(false)
    expect(holds).toEqual({ leadMs: 0 })
  })

  test('[PB4] a seek keeps playing what played, and keeps paused what was paused', () => {
    expect(schedule(playing, { type: 'SEEK', timeS: 90 }, timing)).toMatchObject({
      timeline: { playing: true, time: 90 },
      holds: { leadMs: 200 },
    })
    expect(schedule(paused, { type: 'SEEK', timeS: 90 }, timing)).toMatchObject({
      timeline: { playing: false, time: 90 },
      holds: { leadMs: 0 },
    })
  })

  test('[RG9] a start that waits for members says so, and nothing else does', () => {
    const waits = { ...timing, leadMs: 10_000, putOff: true }
    const saysSo = (before: Playback, command: PlaybackCommand) => schedule(before, command, waits).timeline.put_off

    expect(saysSo(paused, { type: 'PLAY', timeS: 0 })).toBe(true)
    expect(saysSo(playing, { type: 'SEEK', timeS: 90 })).toBe(true)
    expect(saysSo(paused, { type: 'SEEK', timeS: 90 })).toBeUndefined()
    expect(saysSo(playing, { type: 'PAUSE', timeS: 90 })).toBeUndefined()
    expect(schedule(paused, { type: 'PLAY' }, timing).timeline.put_off).toBeUndefined()
  })

  test('[RG9] it says so at another rate, too, for as long as it lies ahead', () => {
    const waiting = { ...playing, at_ms: timing.nowMs + 5_000, put_off: true }

    expect(schedule(waiting, { type: 'RATE', rate: 2 }, timing).timeline.put_off).toBe(true)
    expect(schedule(waiting, { type: 'PAUSE' }, timing).timeline.put_off).toBeUndefined()
    expect(schedule({ ...waiting, at_ms: timing.nowMs }, { type: 'RATE', rate: 2 }, timing).timeline.put_off).toBeUndefined()
  })

  const commands: readonly PlaybackCommand[] = [
    { type: 'PLAY', timeS: 0 },
    { type: 'PLAY' },
    { type: 'PAUSE', timeS: 0 },
    { type: 'PAUSE' },
    { type: 'SEEK', timeS: 0 },
    { type: 'RATE', rate: 2 },
  ]
  test.each(commands)('[PB5] every command raises the version by one: %j', (command) => {
    for (const before of [paused, playing]) expect(schedule(before, command, timing).timeline.version).toBe(5)
  })

  test('[PB12] another rate keeps playing, and leaves no gap: the position is what it was, and goes on from there at that rate', () => {
    const next = schedule(playing, { type: 'RATE', rate: 2 }, timing)

    expect(next).toEqual({ timeline: { media: null, playing: true, time: 40, rate: 2, version: 5 }, holds: { atMs: 1_010_000 } })
    expect(positionAt(then(next), timing.nowMs + 10_000)).toBe(60)
  })

  test('[PB12] while paused another rate moves nothing, and counts from the next start', () => {
    expect(schedule(paused, { type: 'RATE', rate: 0.5 }, timing)).toMatchObject({ timeline: { playing: false, time: 30, rate: 0.5 } })
  })

  test('[PB12] a start that lies ahead stays where it is, at the new rate', () => {
    const ahead: Playback = { ...playing, at_ms: timing.nowMs + 150 }

    const next = schedule(ahead, { type: 'RATE', rate: 2 }, timing)

    expect(then(next)).toMatchObject({ playing: true, time: 30, at_ms: timing.nowMs + 150 })
  })

  test('[PB13] a start, a pause or another start that does not say where, leaves the position what it is', () => {
    const [start, pause, again] = (
      [
        [paused, 'PLAY'],
        [playing, 'PAUSE'],
        [playing, 'PLAY'],
      ] as const
    ).map(([before, type]) => schedule(before, { type }, timing))

    expect(start).toMatchObject({ timeline: { playing: true, time: 30 }, holds: { leadMs: 200 } })
    expect(pause).toMatchObject({ timeline: { playing: false, time: 40 }, holds: { atMs: timing.nowMs } })
    expect(again).toMatchObject({ timeline: { playing: true, time: 40 }, holds: { atMs: timing.nowMs } })
  })
})

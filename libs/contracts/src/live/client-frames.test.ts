import { describe, expect, test } from 'bun:test'
import { ClientFrame } from './client-frames'

const takes = (frame: unknown) => ClientFrame.safeParse(frame).success

describe('what a client may send', () => {
  test('RATE is a quarter to four times', () => {
    expect([0.25, 1, 4].map((rate) => takes({ type: 'RATE', rate, id: 'r', expect_version: 3 }))).toEqual([true, true, true])
    expect([0.2, 4.1, -1, '1', Number.NaN].some((rate) => takes({ type: 'RATE', rate }))).toBe(false)
  })

  test('MEDIA is an http address', () => {
    expect(takes({ type: 'MEDIA', video_url: 'https://example.org/a.mp4' })).toBe(true)
    expect(
      ['javascript:alert(1)', '', `https://example.org/${'a'.repeat(2_100)}`].some((url) => takes({ type: 'MEDIA', video_url: url })),
    ).toBe(false)
  })

  test('REPORT and READY hold numbers that can be true', () => {
    const report = { type: 'REPORT', position: 1.5, playing: true, rate: 1.02, at_ms: 1_795_368_647_145.5, error_ms: 4.2 }
    const measured = { delay_ms: 30, start_cost_ms: 80, stalled: false }

    expect(takes(report)).toBe(true)
    expect(takes({ ...report, ...measured })).toBe(true)
    expect(takes({ type: 'READY', version: 7, delay_ms: 30 })).toBe(true)
    for (const wrong of [{ position: -1 }, { rate: 20 }, { at_ms: -1 }, { error_ms: 1e9 }, { delay_ms: -3 }, { since: 1 }])
      expect(takes({ ...report, ...wrong })).toBe(false)
    expect(takes({ type: 'READY', version: 1.5 })).toBe(false)
  })
})

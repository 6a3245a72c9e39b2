import { expect, test } from 'bun:test'
import { createFrameMeter, defaultFrameLimit } from './frame-meter'

test('forty frames may come at once, then twenty a second', () => {
  const frames = createFrameMeter(defaultFrameLimit)

  const burst = Array.from({ length: 41 }, () => frames.take(0).verdict)

  expect(burst.filter((verdict) => verdict === 'take')).toHaveLength(40)
  expect(frames.take(0)).toEqual({ verdict: 'refuse', retryAfterMs: 50 })
  expect(frames.take(50).verdict).toBe('take')
})

test('a flood ends the socket', () => {
  const frames = createFrameMeter(defaultFrameLimit)

  const verdicts = Array.from({ length: 200 }, () => frames.take(0).verdict)

  expect(verdicts.at(-1)).toBe('close')
})

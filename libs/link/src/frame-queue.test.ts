import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { createFrameQueue, framesOf } from './frame-queue'

function setup() {
  const written: string[] = []
  const queue = createFrameQueue({ patient: true, write: (message) => void written.push(message) })
  return { queue, written }
}

test('frames of one turn leave in one message, whatever characters they hold', async () => {
  const { queue, written } = setup()
  const frames = ['M1 {"type":"x"}', '', '3 abc', 'zwölf\n\u0000🎬', ' ']

  for (const frame of frames) queue.push(frame)
  await new Promise((resolve) => setImmediate(resolve))

  expect(written).toHaveLength(1)
  expect(framesOf(written[0] ?? '')).toEqual(frames)
})

test('a message stays far below what the other side takes', () => {
  const { queue, written } = setup()
  const frame = 'x'.repeat(300_000)

  for (let count = 0; count < 10; count++) queue.push(frame)
  queue.flush()

  expect(Math.max(...written.map((message) => message.length))).toBeLessThan(2_000_000)
  expect(written.flatMap((message) => framesOf(message) ?? [])).toEqual(Array(10).fill(frame))
})

test('where many come, they wait for others: for a while, or until there are enough', async () => {
  const clock = createManualClock(0)
  const lengths: number[] = []
  let elapse = () => {}
  const time = {
    monotonicMs: clock.monotonicMs,
    after(waitMs: number, run: () => void) {
      expect(waitMs).toBe(16)
      elapse = run
      return () => {
        elapse = () => {}
      }
    },
  }
  const queue = createFrameQueue({ patient: true, time, write: (message) => void lengths.push(framesOf(message)?.length ?? 0) })
  const push = async (count: number) => {
    for (let frame = 0; frame < count; frame++) queue.push('x')
    await new Promise((resolve) => setImmediate(resolve))
    return [...lengths]
  }
  clock.advance(100)
  // 51 in a tenth of a second.
  expect(await push(51)).toEqual([51])

  expect(await push(3)).toEqual([51])
  expect(await push(4)).toEqual([51])
  elapse()
  expect(lengths).toEqual([51, 7])
  expect(await push(23)).toEqual([51, 7])
  expect(await push(7)).toEqual([51, 7, 30])
  elapse()
  clock.advance(1_000)
  queue.flush()
  // Few have come of late: they leave at once again.
  expect(await push(2)).toEqual([51, 7, 30, 2])
})

test('an urgent one waits for no others, and takes along those that wait', async () => {
  const clock = createManualClock(0)
  const messages: string[] = []
  const time = { monotonicMs: clock.monotonicMs, after: () => () => {} }
  const queue = createFrameQueue({ patient: true, time, write: (message) => void messages.push(message) })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  clock.advance(100)
  for (let frame = 0; frame < 51; frame++) queue.push('x')
  await turn()
  queue.push('waits')
  await turn()
  const before = messages.length

  queue.push('what time is it', true)
  await turn()

  expect(before).toBe(1)
  expect(messages.slice(1).map(framesOf)).toEqual([['waits', 'what time is it']])
})

test('nothing is written where nothing waits', () => {
  const { queue, written } = setup()

  queue.flush()

  expect(written).toEqual([])
})

test.each(['x', '5', '-1 a', '3 ab', '1 ab', ' a', '1.5 ab', 'NaN a', '1e9 a'])('%p is not a message of a link', (message) => {
  const frames = framesOf(message)

  expect(frames).toBeUndefined()
})

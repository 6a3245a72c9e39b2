import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { createSweeping } from './sweeping'

function setup() {
  const clock = createManualClock()
  const left = { isLeft: false }
  const waits: number[] = []
  let pending: (() => void) | undefined
  let sweeps = 0
  const sweeping = createSweeping({
    sweep: async () => {
      sweeps++
      return left.isLeft
    },
    soonMs: 1_000,
    everyMs: 5_000,
    monotonicMs: () => clock.monotonicMs(),
    after(waitMs, run) {
      waits.push(waitMs)
      pending = () => {
        clock.advance(waitMs)
        run()
      }
      return () => {
        pending = undefined
      }
    },
  })
  /** Lets the time pass after which it looks again, and resolves when it has. */
  async function pass(): Promise<void> {
    const due = pending
    pending = undefined
    due?.()
    await settled()
  }
  const settled = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
  return { sweeping, left, waits, pass, settled, isPending: () => pending !== undefined, sweeps: () => sweeps }
}

test('it looks at once when it starts, and where nothing is left seldom', async () => {
  const { sweeping, waits, pass, settled, sweeps } = setup()

  sweeping.start()
  await settled()
  await pass()

  expect(sweeps()).toBe(2)
  expect(waits).toEqual([5_000, 5_000])
})

test('while something is left it looks often, and seldom again when that is gone', async () => {
  const { sweeping, left, waits, pass, settled } = setup()
  left.isLeft = true

  sweeping.start()
  await settled()
  await pass()
  left.isLeft = false
  await pass()
  await pass()

  expect(waits).toEqual([1_000, 1_000, 5_000, 5_000])
})

test('what may be left is looked for often until a sweep must have seen it, also where a long wait has begun', async () => {
  const { sweeping, waits, pass, settled } = setup()
  sweeping.start()
  await settled()

  sweeping.expect(2_000)
  for (let times = 0; times < 4; times++) await pass()

  expect(waits).toEqual([5_000, 1_000, 1_000, 1_000, 5_000, 5_000])
})

test('once stopped it looks no more, also where a sweep was under way', async () => {
  const { sweeping, isPending, pass, settled } = setup()
  sweeping.start()
  await settled()
  const underWay = pass()

  sweeping.stop()
  await underWay

  expect(isPending()).toBe(false)
})

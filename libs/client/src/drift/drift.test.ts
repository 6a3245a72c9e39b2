import { expect, test } from 'bun:test'
import { faultSeed } from '@matinee/test/support'
import { type Measured, watch } from './party.fixture'
import { scenarios } from './scenarios.fixture'

const seed = faultSeed()

function quantile(numbers: readonly number[], q: number): number {
  const sorted = new Float64Array(numbers).sort()
  return sorted[Math.ceil(sorted.length * q) - 1] ?? Number.NaN
}

/** Of one kind of figures, over all rounds. */
function p95(rounds: readonly Measured[], kind: 'start' | 'firstStart' | 'lateJoin'): number {
  return quantile(
    rounds.flatMap((one) => one[kind]),
    0.95,
  )
}

/** On a machine that does other work too; alone each takes a second or two. */
const patientMs = 30_000

function expectTogether(drift: readonly number[]): void {
  expect(drift.length).toBeGreaterThan(10_000)
  expect(quantile(drift, 0.5)).toBeLessThanOrEqual(20)
  expect(quantile(drift, 0.95)).toBeLessThanOrEqual(50)
  expect(quantile(drift, 0.99)).toBeLessThanOrEqual(100)
}

function expectSettled(rounds: readonly Measured[]): void {
  expect(Math.max(...rounds.flatMap(({ jumps }) => jumps))).toBe(1)
  expect(rounds.map(({ clockBeyondBound }) => clockBeyondBound)).toEqual(rounds.map(() => 0))
  expect(rounds.map(({ neverInSync }) => neverInSync)).toEqual(rounds.map(() => 0))
}

test(
  `[FL1, FL2, FL3, FL4] viewers at 100 ms stay together, start together, and settle: seed ${seed.text}`,
  () => {
    const rounds = [1, 2, 3].map((round) => watch(scenarios.reference, seed.random(`reference ${round}`)))

    const drift = rounds.flatMap((one) => one.drift)

    expect(drift.length).toBeGreaterThan(100_000)
    expectTogether(drift)
    expect(p95(rounds, 'start')).toBeLessThanOrEqual(40)
    expect(p95(rounds, 'firstStart')).toBeLessThanOrEqual(40)
    expect(p95(rounds, 'lateJoin')).toBeLessThanOrEqual(1_000)
    expectSettled(rounds)
  },
  patientMs,
)

test.each(['1', '2', '3', '4', '5', '6', '7', '8'])(
  '[FL1, FL2, FL3] starts and late ones are as close as is to be reached: seed %s',
  (text) => {
    const measured = watch(scenarios.reference, faultSeed(text).random('reference 0'))

    expectTogether(measured.drift)
    expect(measured.start.length).toBeGreaterThan(100)
    expect(quantile(measured.start, 0.95)).toBeLessThanOrEqual(30)
    expect(measured.firstStart.length).toBeGreaterThan(20)
    expect(quantile(measured.firstStart, 0.95)).toBeLessThanOrEqual(30)
    expect(measured.lateJoin).toHaveLength(3)
    expect(Math.max(...measured.lateJoin)).toBeLessThanOrEqual(1_000)
    expectSettled([measured])
  },
)

test(
  `[FL1, FL2, FL3, FL4] so does a crowd of a hundred: seed ${seed.text}`,
  () => {
    const measured = watch({ ...scenarios.crowd, forMs: 90_000 }, seed.random('crowd'))

    expectTogether(measured.drift)
    expect(quantile(measured.start, 0.95)).toBeLessThanOrEqual(40)
    expect(quantile(measured.firstStart, 0.95)).toBeLessThanOrEqual(40)
    expect(measured.lateJoin).toHaveLength(30)
    expect(quantile(measured.lateJoin, 0.95)).toBeLessThanOrEqual(1_000)
    expectSettled([measured])
  },
  patientMs,
)

// The clock of who is 300 ms away, two thirds of it in one direction, is 45 ms off: with bad luck such a one never is within 40.
test(
  `[FL2, FL3, FL4] far away, on ways that lose and differ, they are not much further apart: seed ${seed.text}`,
  () => {
    const measured = watch(scenarios.far, seed.random('far'))

    expect(measured.drift.length).toBeGreaterThan(10_000)
    expect(quantile(measured.drift, 0.5)).toBeLessThanOrEqual(40)
    expect(quantile(measured.drift, 0.95)).toBeLessThanOrEqual(100)
    expect(quantile(measured.start, 0.95)).toBeLessThanOrEqual(100)
    expect(quantile(measured.lateJoin, 0.5)).toBeLessThanOrEqual(1_000)
    expect(Math.max(...measured.jumps)).toBe(1)
    expect(measured.clockBeyondBound).toBe(0)
  },
  patientMs,
)

test('one seed gives the same figures twice, another others', () => {
  const measured = (text: string) => watch(scenarios.two, faultSeed(text).random('two'))

  const once = measured('1')

  expect(once.drift.length).toBeGreaterThan(1_000)
  expect(measured('1')).toEqual(once)
  expect(measured('2')).not.toEqual(once)
})

test(`[FL3, FL4] on bad ways, with stalls and slow players, nobody jumps to and fro: seed ${seed.text}`, () => {
  const measured = watch(scenarios.rough, seed.random('rough'))

  expect(quantile(measured.drift, 0.5)).toBeLessThanOrEqual(60)
  expect(Math.max(...measured.jumps)).toBeLessThanOrEqual(1)
  expect(measured.correctionsPerMinute).toBeLessThan(60)
})

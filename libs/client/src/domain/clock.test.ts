import { describe, expect, test } from 'bun:test'
import { faultSeed } from '@matinee/test/support'
import { askAgainInMs, delayOf, type Exchange, estimateAt, hintServerTime, learn, type ServerClockState, unknownClock } from './clock'

const seed = faultSeed()

/** One exchange at the local instant `atMs` over a way of `upMs` and `downMs`, with a server that is `offsetMs` ahead. */
const exchange = (atMs: number, offsetMs: number, upMs = 20, downMs = 20): Exchange => ({
  sentMs: atMs,
  arrivedAtMs: atMs + upMs + offsetMs,
  answeredAtMs: atMs + upMs + offsetMs + 1,
  receivedMs: atMs + upMs + 1 + downMs,
})
const learned = (exchanges: readonly Exchange[]): ServerClockState => exchanges.reduce(learn, unknownClock)
const offsetAt = (clock: ServerClockState, nowMs: number) => estimateAt(clock, nowMs)?.offsetMs ?? Number.NaN

describe('the offset', () => {
  test('[CK1] four timestamps give it, and half of the round trip bounds its error', () => {
    const estimate = estimateAt(learned([exchange(1_000, 5_000)]), 1_041)

    expect(estimate?.offsetMs).toBe(5_000)
    expect(estimate?.errorMs).toBeWithin(20, 22)
  })

  test('[CK1] one that lies in the difference of the two ways is within the bound', () => {
    const estimate = estimateAt(learned([exchange(0, 5_000, 60, 40)]), 0)

    expect(Math.abs((estimate?.offsetMs ?? 0) - 5_000)).toBe(10)
    expect(estimate?.errorMs).toBeGreaterThan(10)
  })

  test('[CK2] of many answers the quick ones count', () => {
    const slow = [200, 400, 300, 250].map((upMs, at) => exchange(at * 500, 5_000, upMs, 10))

    const clock = learned([...slow, exchange(3_000, 5_000, 11, 10)])

    expect(offsetAt(clock, 3_500)).toBeWithin(4_999, 5_002)
    expect(delayOf(clock)).toBe(10.5)
  })

  test('[CK2] an old quick answer counts for less the older it is', () => {
    const clock = learned([exchange(0, 5_000, 5, 5), ...[170_000, 180_000, 190_000].map((atMs) => exchange(atMs, 5_030, 10, 10))])

    expect(offsetAt(clock, 200_000)).toBeWithin(5_029, 5_031)
  })

  test('[CK3] one answer that contradicts all others is left out', () => {
    const clock = learned([exchange(0, 5_000), exchange(500, 5_000), exchange(1_000, 9_000)])

    expect(offsetAt(clock, 1_100)).toBe(5_000)
  })

  test('[CK3] two that agree with each other are a clock that was set', () => {
    const clock = learned([exchange(0, 5_000), exchange(500, 5_000), exchange(1_000, 9_000), exchange(1_500, 9_000)])

    expect(offsetAt(clock, 1_600)).toBe(9_000)
  })

  test('[CK3] an answer with impossible numbers changes nothing', () => {
    const clock = learned([exchange(0, 5_000)])
    const impossible = [
      { sentMs: 10, arrivedAtMs: 0, answeredAtMs: 0, receivedMs: 5 },
      { sentMs: 10, arrivedAtMs: 20, answeredAtMs: 15, receivedMs: 40 },
      { sentMs: Number.NaN, arrivedAtMs: 0, answeredAtMs: 0, receivedMs: 5 },
    ]

    for (const wrong of impossible) expect(learn(clock, wrong)).toBe(clock)
  })

  test('[CK4] before an answer there is the hint, of which nothing is promised', () => {
    const hinted = hintServerTime(unknownClock, 6_000, 1_000)

    expect(estimateAt(unknownClock, 0)).toBeNull()
    expect(estimateAt(hinted, 2_000)).toEqual({ offsetMs: 5_000, errorMs: Number.POSITIVE_INFINITY, driftPpm: 0 })
  })
})

describe('drift', () => {
  test('[CK5] over a window it is told apart from noise, and counted in', () => {
    const random = seed.random('drift')
    const ppm = 80
    const exchanges = Array.from({ length: 36 }, (_, at) =>
      exchange(at * 10_000, 5_000 + at * 10_000 * ppm * 1e-6, 20 + random.next() * 2, 20 + random.next() * 2),
    )

    const estimate = estimateAt(learned(exchanges), 400_000)

    expect(estimate?.driftPpm).toBeWithin(60, 100)
    expect(Math.abs((estimate?.offsetMs ?? 0) - 5_032)).toBeLessThan(3)
  })

  test(`[CK1, CK5] whatever the ways and clocks are, the error is within its bound: seed ${seed.text}`, () => {
    const beyond: unknown[] = []
    for (let round = 0; round < 200; round++) {
      const random = seed.random(`bound ${round}`)
      const [ppm, upMs, downMs] = [200 * random.next() - 100, 10 + random.next() * 150, 10 + random.next() * 150]
      let clock = unknownClock
      for (let atMs = 0; atMs < 300_000; atMs += 10_000) {
        clock = learn(clock, exchange(atMs, 5_000 + atMs * ppm * 1e-6, upMs + random.next() * 40, downMs + random.next() * 40))
        const nowMs = atMs + random.next() * 10_000
        const estimate = estimateAt(clock, nowMs)
        const offMs = Math.abs((estimate?.offsetMs ?? 0) - (5_000 + nowMs * ppm * 1e-6))
        if (!estimate || offMs > estimate.errorMs) beyond.push({ round, atMs, offMs, ...estimate })
      }
    }

    expect(beyond).toEqual([])
  })
})

test('[CK6] it is asked for in haste, then soon, then now and then', () => {
  const pausesMs = [1, 5, 6, 19, 20, 1_000].map(askAgainInMs)

  expect(pausesMs).toEqual([150, 150, 1_000, 1_000, 10_000, 10_000])
})

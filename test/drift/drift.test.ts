import { expect, test } from 'bun:test'
import { faultSeed } from '../support/seed'
import { pageOf } from './report'
import { shortPlan, watchTogether } from './scenario'

const seed = faultSeed()

test(`three viewers in a browser, 100 ms from the gateway, see the same picture (seed ${seed.text})`, async () => {
  const figures = await watchTogether(shortPlan, seed.number)
  process.stdout.write(`${pageOf(figures)}\n`)

  expect(figures.drift_ms.count).toBeGreaterThan(1_000)
  expect(figures.drift_ms.p95).toBeLessThan(120)
  expect(figures.start_spread_ms.p95).toBeLessThan(120)
  expect(figures.never_in_sync).toBe(0)
  expect(figures.jumps_per_reason.most).toBeLessThanOrEqual(2)
}, 60_000)

import { expect, test } from 'bun:test'
import { awakeMs } from './awake'
import { until } from './until'

test('time counts as it passes, but for that in which this process stood still', async () => {
  const [beganMs, beganAtMs] = [awakeMs(), performance.now()]

  await until(() => performance.now() - beganAtMs >= 200)
  const ranMs = awakeMs() - beganMs
  Bun.sleepSync(1_000)
  const stoodMs = awakeMs() - beganMs - ranMs

  expect(ranMs).toBeGreaterThan(90)
  expect(stoodMs).toBeLessThanOrEqual(100)
})

import { expect, test } from 'bun:test'
import type { RunResult } from '../generator/run'
import { floor } from '../systems/catalogue'
import { talkFigures } from './talk'

const run = (cpu: Record<string, number>, fields: Partial<RunResult> = {}): RunResult => ({
  windowMs: 1_000,
  messages: 10,
  deliveries: 100,
  lost: 0,
  doubled: 0,
  p50Ms: 1,
  p99Ms: 2,
  cpuUs: cpu,
  residentBytes: {},
  generatorCpuUs: 0,
  ...fields,
})

const runs = (results: readonly RunResult[]) => ({ results, emptyBytes: { gateway: 1_000 }, clients: 10 })

test('each run is compared with the floor of the same turn, and the median of those ratios is reported', () => {
  const floorRuns = [100, 200, 400].map((us) => run({ bun: us }))
  const matineeRuns = [300, 400, 2_000].map((us) => run({ gateway: us / 2, sync: us / 2 }))

  const figures = talkFigures(
    new Map([
      [floor, runs(floorRuns)],
      ['matinee', runs(matineeRuns)],
    ]),
  )

  expect(figures.get('matinee')).toMatchObject({ ratios: [3, 2, 5], ratio_to_bare_bun: 3, cpu_us_per_delivery: 4 })
  expect(figures.get('matinee')?.cpu_us_per_delivery_by_process).toEqual({ gateway: 2, sync: 2 })
})

test('losses and doubles of all runs are added up: one is too many', () => {
  const figures = talkFigures(new Map([[floor, runs([run({}), run({}, { lost: 1 }), run({}, { doubled: 2 })])]]))

  expect(figures.get(floor)).toMatchObject({ lost: 1, doubled: 2 })
})

test('a client takes what the processes have grown by since before the clients came', () => {
  const figures = talkFigures(new Map([[floor, runs([run({}, { residentBytes: { gateway: 3_000 } })])]]))

  expect(figures.get(floor)?.memory_bytes_per_client).toBe(200)
})

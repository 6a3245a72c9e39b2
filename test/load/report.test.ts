import { expect, test } from 'bun:test'
import type { RunResult } from './generator/run'
import { figuresOf, floor } from './report'

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

test('each run is compared with the floor of the same turn, and the median of those ratios is reported', () => {
  const floorRuns = [100, 200, 400].map((us) => run({ bun: us }))
  const runs = [300, 400, 2_000].map((us) => run({ gateway: us / 2, sync: us / 2 }))

  const figures = figuresOf(
    new Map([
      [floor, floorRuns],
      ['Matinee', runs],
    ]),
  )

  expect(figures.get('Matinee')).toMatchObject({ ratios: [3, 2, 5], ratio_to_bare_bun: 3, cpu_us_per_delivery: 4 })
  expect(figures.get('Matinee')?.cpu_us_per_delivery_by_process).toEqual({ gateway: 2, sync: 2 })
})

test('losses and doubles of all runs are added up: one is too many', () => {
  const figures = figuresOf(new Map([[floor, [run({}), run({}, { lost: 1 }), run({}, { doubled: 2 })]]]))

  expect(figures.get(floor)).toMatchObject({ lost: 1, doubled: 2 })
})

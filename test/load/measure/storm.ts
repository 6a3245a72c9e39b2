import { type StormFigures, type StormResult, stormFigures } from '../report/storm'
import type { StormShape } from '../shapes'
import { cpuUsedUs, grownSince, ofEach } from './processes'
import type { Measurement } from './talk'

/** For arrivals to have been told, and for what the break and the return still cause. */
const settleMs = 3_000

/** Breaks every socket of a crowd without a word and brings all of them back at once, or at once after a while; each system in turn, `runs` times. */
export async function measureStorm(measurement: Omit<Measurement<StormShape>, 'windowMs'>): Promise<ReadonlyMap<string, StormFigures>> {
  const { generator, systems, shape, runs } = measurement
  const results = new Map<string, StormResult[]>(systems.map(({ name }) => [name, []]))
  const crowds = await Promise.all(systems.map(async (system) => ({ ...system, taken: await system.seats(shape) })))
  for (const { name, taken } of crowds) await generator.connect(name, taken)
  await Bun.sleep(settleMs)
  for (let run = 0; run < runs; run++) {
    for (const { name, processes, taken } of crowds) {
      let before = ofEach(processes, cpuUsedUs)
      await generator.vanish(name)
      if (shape.awayMs > 0) {
        await Bun.sleep(shape.awayMs)
        before = ofEach(processes, cpuUsedUs)
      }
      const brokenMs = performance.now()
      await generator.connect(name, taken, taken.length)
      const wallMs = performance.now() - brokenMs
      await Bun.sleep(settleMs)
      results.get(name)?.push({ wallMs, cpuUs: grownSince(before, ofEach(processes, cpuUsedUs)) })
    }
  }
  for (const { name } of crowds) await generator.leave(name)
  return stormFigures(results)
}

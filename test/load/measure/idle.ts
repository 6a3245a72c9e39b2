import { type IdleFigures, type IdleResult, idleFigures } from '../report/idle'
import type { IdleShape } from '../shapes'
import { cpuUsedUs, grownSince, ofEach, residentBytes } from './processes'
import type { Measurement } from './talk'

/** The first to come bring code and pools into memory that are nobody's share; they leave again. */
const firstToCome = 300
/** For goodbyes to be believed. */
const restMs = 5_000
/** For the garbage of the arrivals to go: Bun looks for it every 30 s where little happens. A crowd that is silent stays longer. */
const settleMs = 40_000

/** Fills one system after the other and looks at what each has grown by. Once only: memory that was used once is seldom given back. */
export async function measureIdle(measurement: Omit<Measurement<IdleShape>, 'runs'>): Promise<ReadonlyMap<string, IdleFigures>> {
  const { generator, systems, shape, windowMs } = measurement
  const results = new Map<string, IdleResult>()
  for (const { name, processes, seats: seatsFor } of systems) {
    const seats = await seatsFor(shape)
    await generator.connect(name, seats.slice(0, firstToCome))
    await generator.leave(name)
    await Bun.sleep(restMs)
    const emptyBytes = ofEach(processes, residentBytes)
    await generator.connect(name, seats)
    await Bun.sleep(settleMs)
    const cpuBefore = ofEach(processes, cpuUsedUs)
    await Bun.sleep(windowMs)
    const cpuUs = grownSince(cpuBefore, ofEach(processes, cpuUsedUs))
    const grownBytes = grownSince(emptyBytes, ofEach(processes, residentBytes))
    await generator.leave(name)
    results.set(name, { clients: seats.length, processes, grownBytes, cpuUs, windowMs })
  }
  return idleFigures(results)
}

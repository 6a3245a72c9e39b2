import type { Generator } from '../generator/generator'
import type { RunResult } from '../generator/run'
import { type TalkFigures, talkFigures } from '../report/talk'
import type { TalkShape } from '../shapes'
import type { System } from '../systems/system'
import { ofEach, residentBytes } from './processes'

/** Before each window, for compilers and queues to settle. */
const warmUpMs = 1_200
/** Before the first: a server that has just been started compiles what is hot, which one that has run for a while has behind it. So all run hot first. */
const heat = { load: { kind: 'closed', sendersPerRoom: 1, outstanding: 4 }, warmUpMs: 0, windowMs: 4_000 } as const
/** Arrivals of a whole crowd are still being told to it for a moment. */
const arrivalsMs = 1_500

export interface Measurement<Its> {
  readonly generator: Generator
  readonly systems: readonly System[]
  readonly shape: Its
  readonly runs: number
  readonly windowMs: number
}

/** Runs the shape on each system in turn, `runs` times. The clients stay connected to all of them throughout. */
export async function measureTalk(measurement: Measurement<TalkShape>): Promise<ReadonlyMap<string, TalkFigures>> {
  const { generator, systems, shape, runs, windowMs } = measurement
  const results = new Map<string, RunResult[]>(systems.map(({ name }) => [name, []]))
  const empty = new Map<string, Readonly<Record<string, number>>>()
  for (const system of systems) {
    const seats = await system.seats(shape)
    empty.set(system.name, ofEach(system.processes, residentBytes))
    await generator.connect(system.name, seats)
  }
  await Bun.sleep(arrivalsMs)
  for (const { name } of systems) await generator.run(name, { ...heat, rooms: shape.rooms, processes: [] })
  for (let run = 0; run < runs; run++) {
    for (const { name, processes } of systems) {
      const options = { load: shape.load, rooms: shape.rooms, warmUpMs, windowMs, processes }
      results.get(name)?.push(await generator.run(name, options))
    }
  }
  for (const { name } of systems) await generator.leave(name)
  const clients = shape.rooms * shape.membersPerRoom
  return talkFigures(new Map([...results].map(([name, its]) => [name, { results: its, emptyBytes: empty.get(name) ?? {}, clients }])))
}

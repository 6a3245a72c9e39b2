/**
 * What one delivery costs: the CPU of all Matinee processes, Redis and NATS beside
 * that of a bare Bun server under the same load, in turns on the same machine.
 * `bun run bench`; its options are in options.ts.
 */
import { mkdirSync } from 'node:fs'
import { type Generator, startGenerator } from './generator/generator'
import type { RunResult } from './generator/run'
import { type Options, readOptions } from './options'
import { type Figures, figuresOf, pageOf } from './report'
import { type Shape, shapes } from './shapes'
import { startBareBun } from './systems/bare-bun'
import { startMatinee } from './systems/matinee'
import type { System } from './systems/system'

/** Before each window, for connections and compilers to settle. */
const warmUpMs = 1_500
/** Before the first: code that has just been started is compiled by and by. */
const firstWarmUpMs = 6_000
/** Arrivals of a whole crowd are still being told to it for a moment. */
const arrivalsMs = 1_500

const options = readOptions(process.argv.slice(2))
const print = (text: string) => process.stdout.write(`${text}\n`)
process.exit((await bench(options)) ? 0 : 1)

/** Resolves to whether nothing was lost or doubled. */
async function bench({ shape: names, runs, seconds, json, profile }: Options): Promise<boolean> {
  if (profile !== undefined) mkdirSync(profile, { recursive: true })
  const systems = [await startBareBun(), await startMatinee({ profiles: profile })]
  const generator = startGenerator()
  const all: Record<string, Record<string, Figures>> = {}
  try {
    for (const shape of shapes.filter(({ name }) => names.includes(name))) {
      const figures = await measure({ generator, systems, shape, runs, windowMs: seconds * 1_000 })
      print(pageOf(shape, figures))
      all[shape.name] = Object.fromEntries(figures)
    }
  } finally {
    generator.stop()
    await Promise.all(systems.map((system) => system.stop()))
  }
  if (json !== undefined) await Bun.write(json, `${JSON.stringify(all, null, 2)}\n`)
  return Object.values(all).every((figures) => Object.values(figures).every(({ lost, doubled }) => lost === 0 && doubled === 0))
}

interface Measurement {
  readonly generator: Generator
  readonly systems: readonly System[]
  readonly shape: Shape
  readonly runs: number
  readonly windowMs: number
}

/** Runs the shape on each system in turn, `runs` times. The clients stay connected to all of them throughout. */
async function measure({ generator, systems, shape, runs, windowMs }: Measurement): Promise<ReadonlyMap<string, Figures>> {
  const results = new Map<string, RunResult[]>(systems.map(({ name }) => [name, []]))
  for (const system of systems) await generator.connect(system.name, await system.seats(shape))
  await Bun.sleep(arrivalsMs)
  for (let run = 0; run < runs; run++) {
    for (const { name, processes } of systems) {
      const result = await generator.run(name, {
        load: shape.load,
        rooms: shape.rooms,
        warmUpMs: run === 0 ? firstWarmUpMs : warmUpMs,
        windowMs,
        processes,
      })
      results.get(name)?.push(result)
    }
  }
  for (const { name } of systems) await generator.leave(name)
  return figuresOf(results)
}

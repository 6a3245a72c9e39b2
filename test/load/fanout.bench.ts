/**
 * What one delivery, one silent client and one storm cost: all Matinee processes,
 * Redis and NATS, beside a bare Bun server and other systems under the same load,
 * in turns on the same machine. `bun run bench --help` shows the options.
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { runCommand } from '../support/command'
import { startGenerator } from './generator/generator'
import { measureIdle } from './measure/idle'
import { measureStorm } from './measure/storm'
import { type Measurement, measureTalk } from './measure/talk'
import { type Options, readOptions, usage } from './options'
import { idlePage } from './report/idle'
import { stormPage, stormsOverBound } from './report/storm'
import { talkPage } from './report/talk'
import { type Shape, shapes } from './shapes'
import { catalogue } from './systems/catalogue'
import type { System } from './systems/system'

const print = (text: string) => process.stdout.write(`${text}\n`)
process.exit(await runCommand({ usage, read: readOptions, run: bench }))

/** Resolves to whether nothing was lost or doubled and no storm was over its bound; says what was. Every shape meets systems that have just been started. */
async function bench({ shape: names, systems: systemNames, runs, seconds, json, profile }: Options): Promise<boolean> {
  const generator = startGenerator()
  const all: Record<string, Readonly<Record<string, Sound>>> = {}
  const faults: string[] = []
  try {
    for (const shape of shapes.filter(({ name }) => names.includes(name))) {
      const profiles = profile === undefined ? undefined : resolve(profile, shape.name)
      if (profiles !== undefined) mkdirSync(profiles, { recursive: true })
      const systems: System[] = []
      try {
        for (const name of systemNames) systems.push(await catalogue[name].start(name, { profiles }))
        const { page, figures, over = [] } = await measure({ generator, systems, shape, runs, windowMs: seconds * 1_000 })
        print(page)
        faults.push(...over)
        for (const [name, { lost, doubled }] of figures)
          if (lost > 0 || doubled > 0) faults.push(`${shape.name}: ${name} lost ${lost} and doubled ${doubled}`)
        all[shape.name] = Object.fromEntries(figures)
      } finally {
        await Promise.all(systems.map((system) => system.stop()))
      }
    }
  } finally {
    generator.stop()
  }
  if (json !== undefined) await Bun.write(json, `${JSON.stringify(all, null, 2)}\n`)
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  return faults.length === 0
}

/** What figures of every shape tell. */
interface Sound {
  readonly lost: number
  readonly doubled: number
  readonly ratio_to_bare_bun: number
}

interface Measured {
  readonly page: string
  readonly figures: ReadonlyMap<string, Sound>
  /** Bounds that were not kept, and whose breach is a failure. */
  readonly over?: readonly string[]
}

async function measure({ shape, ...rest }: Measurement<Shape>): Promise<Measured> {
  switch (shape.kind) {
    case 'talk': {
      const figures = await measureTalk({ ...rest, shape })
      return { figures, page: talkPage(shape, figures) }
    }
    case 'idle': {
      const figures = await measureIdle({ ...rest, shape })
      return { figures, page: idlePage(shape, figures) }
    }
    case 'storm': {
      const figures = await measureStorm({ ...rest, shape })
      return { figures, page: stormPage(shape, figures), over: stormsOverBound(shape, figures) }
    }
  }
}

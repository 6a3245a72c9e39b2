/**
 * How far apart viewers are: simulated ones, by the simulator's own clock, and three in a real browser behind a gateway that is 100 ms
 * away. `bun run bench:drift --help` shows the options.
 */
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../support/command'
import { faultSeed } from '../support/seed'
import { tempFolder } from '../support/temp-folder'
import { type Options, readOptions, usage } from './options'
import { pageOf } from './report'
import { longPlan, watchTogether } from './scenario'

const print = (text: string) => process.stdout.write(`${text}\n`)
process.exit(await runCommand({ usage, read: readOptions, run: measure }))

async function measure(options: Options): Promise<true> {
  const simulator = options.simulator ? await simulate(options) : undefined
  const browsers = options.browsers ? await browse(options) : undefined
  if (options.json !== undefined) await Bun.write(options.json, `${JSON.stringify({ seed: options.seed, simulator, browsers }, null, 2)}\n`)
  return true
}

/** The client's own simulator, which prints what it finds. */
async function simulate({ seed, rounds }: Options): Promise<unknown> {
  const json = join(tempFolder('drift'), 'simulator.json')
  const script = join(import.meta.dir, '../../libs/client/src/drift/drift.bench.ts')
  const command = [process.execPath, script, '--seed', seed, '--rounds', String(rounds), '--json', json]
  const code = await Bun.spawn(command, { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }).exited
  if (code !== 0) throw new Error(`the simulator ended with ${code}`)
  const { scenarios } = await Bun.file(json).json()
  return scenarios
}

async function browse({ seed }: Options): Promise<unknown> {
  const loadBefore = loadavg()[0] ?? 0
  const figures = await watchTogether(longPlan, faultSeed(seed).number)
  const load = `${loadBefore.toFixed(1)} to ${(loadavg()[0] ?? 0).toFixed(1)}`
  print(
    `Three viewers in Chromium, seed ${seed}, 100 ms to the gateway, jitter 20 ms, ways 40:60 to 60:40, load ${load}. Milliseconds: p50 / p95 / p99.\n`,
  )
  print(`${pageOf(figures)}\n`)
  return { ...figures, load }
}

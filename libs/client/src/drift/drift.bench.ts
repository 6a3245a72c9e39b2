import { parseArgs } from 'node:util'
import { faultSeed } from '@matinee/test/support'
import { type Measured, watch } from './party.fixture'
import { scenarios } from './scenarios.fixture'

/** How far apart viewers are, in a simulation: `bun run bench:drift [--seed TEXT] [--json FILE] [--rounds N]`. */

const { values } = parseArgs({ options: { seed: { type: 'string' }, json: { type: 'string' }, rounds: { type: 'string', default: '5' } } })
const seed = faultSeed(values.seed)
const rounds = Number(values.rounds)
const say = (text: string) => process.stdout.write(`${text}\n`)

/** The least value that so much of all is not above. */
const quantile = (sorted: Float64Array, q: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)] ?? 0
const three = (numbers: readonly number[]) => {
  const sorted = new Float64Array(numbers).sort()
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99), count: sorted.length }
}
type Three = ReturnType<typeof three>

const figures: Record<string, unknown> = {}
say(`Simulated viewers, seed ${seed.text}, ${rounds} rounds each. Milliseconds: p50 / p95 / p99.\n`)
for (const [key, scenario] of Object.entries(scenarios)) {
  const all: Measured[] = Array.from({ length: rounds }, (_, round) => watch(scenario, seed.random(`${key} ${round}`)))
  const gathered = (of: (measured: Measured) => readonly number[]) => three(all.flatMap(of))
  const jumps = all.flatMap((one) => one.jumps)
  const result = {
    drift_ms: gathered((one) => one.drift),
    start_spread_ms: gathered((one) => one.start),
    first_start_spread_ms: gathered((one) => one.firstStart),
    late_join_ms: gathered((one) => one.lateJoin),
    clock_error_ms: gathered((one) => one.clock),
    clock_beyond_bound: all.reduce((sum, one) => sum + one.clockBeyondBound, 0),
    jumps_per_reason: { most: Math.max(...jumps), mean: jumps.reduce((sum, count) => sum + count, 0) / jumps.length },
    corrections_per_minute: all.reduce((sum, one) => sum + one.correctionsPerMinute, 0) / rounds,
  }
  figures[key] = result
  const line = (name: string, { p50, p95, p99, count }: Three) =>
    count > 0 && say(`  ${name.padEnd(34)}${[p50, p95, p99].map((value) => value.toFixed(1).padStart(8)).join('')}`)
  say(scenario.name)
  line('between two viewers', result.drift_ms)
  line('between two at a start', result.start_spread_ms)
  line('between two at their first start', result.first_start_spread_ms)
  line('from ready to in sync, late', result.late_join_ms)
  line('clock error', result.clock_error_ms)
  say(
    `  jumps for one reason: at most ${result.jumps_per_reason.most}; rate changes a minute: ${result.corrections_per_minute.toFixed(1)}; clock errors beyond their bound: ${result.clock_beyond_bound}\n`,
  )
}
if (values.json) await Bun.write(values.json, `${JSON.stringify({ seed: seed.text, rounds, scenarios: figures }, null, 2)}\n`)

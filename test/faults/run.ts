import { parseArgs } from 'node:util'
import { faultSeed } from '../support/seed'
import { logsOf } from '../support/stack'
import { measureBounds } from './bounds/measure'
import { runRound } from './random/round'
import { startWorld } from './random/world'

/**
 * Random faults for as long as is asked for: `bun run test:faults --minutes 30`. Prints the seed and the outcome of every
 * round; `FAULT_SEED=…` repeats one, and nothing but it. `--bounds` times instead how long ghosts stay and talk pauses, with
 * every setting as by default. Ends with 1 when any failed.
 */

const options = { minutes: { type: 'string', default: '10' }, bounds: { type: 'boolean', default: false } } as const
const { values } = parseArgs({ options })
const forMs = Number(values.minutes) * 60_000
if (!(forMs > 0)) throw new Error('--minutes takes a number above 0')
const say = (text: string) => process.stdout.write(`${text}\n`)

if (values.bounds) process.exit((await measureBounds(say)) ? 0 : 1)

const { FAULT_SEED: asked } = process.env
const untilMs = performance.now() + forMs
let [passed, failed] = [0, 0]
let stack = await startWorld(1)
do {
  const seed = faultSeed()
  const beganMs = performance.now()
  const mishaps: string[] = []
  try {
    const { viewers, commands, reconnects } = await runRound(stack, seed.random('round'), (what) => mishaps.push(what))
    passed++
    const s = ((performance.now() - beganMs) / 1_000).toFixed(1)
    say(
      `passed  FAULT_SEED=${seed.text}  ${s} s, ${viewers} viewers, ${commands} commands, ${reconnects} reconnects: ${mishaps.join('; ')}`,
    )
  } catch (error) {
    failed++
    say(
      `FAILED  FAULT_SEED=${seed.text}  ${mishaps.join('; ')}\n${error instanceof Error ? `${error.stack}\n${error.cause ?? ''}` : error}\n${logsOf(stack)}`,
    )
    // What is left of this one may not be sound any more.
    await stack.stop()
    stack = await startWorld(1)
  }
} while (asked === undefined && performance.now() < untilMs)
await stack.stop()
say(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

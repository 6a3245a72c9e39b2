import { parseArgs } from 'node:util'
import { faultSeed } from '../support/seed'

export const usage = `usage: bun run bench:drift [--simulator] [--browsers] [--seed TEXT] [--rounds N] [--json FILE]

  --simulator  only the simulated viewers
  --browsers   only the three in a real browser
  --seed       repeats what chance does; how processes interleave it cannot fix
  --rounds     of each simulated scenario (5)
  --json       writes the figures to this file as well: {seed, simulator: {scenario: {…}}, browsers: {…}}
  --help       this page
`

export interface Options {
  readonly simulator: boolean
  readonly browsers: boolean
  readonly seed: string
  readonly rounds: number
  readonly json: string | undefined
}

/** Reads the command line; throws a sentence about what is wrong with it. `'help'` where that was asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const
  const { values } = parseArgs({
    args: [...args],
    options: { simulator: flag, browsers: flag, seed: text, rounds: text, json: text, help: flag },
  })
  if (values.help) return 'help'
  const rounds = Number(values.rounds ?? 5)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) throw new Error('--rounds must be a whole number from 1 to 100')
  const both = values.simulator === values.browsers
  return {
    simulator: both || values.simulator === true,
    browsers: both || values.browsers === true,
    seed: faultSeed(values.seed).text,
    rounds,
    json: values.json,
  }
}

import { parseArgs } from 'node:util'
import * as z from 'zod'
import { shapes, usualShapes } from './shapes'
import { catalogue, floor, type SystemName, usualSystems } from './systems/catalogue'

const systemNames = Object.keys(catalogue) as SystemName[]

export const usage = `usage: bun run bench [--shape NAMES] [--systems NAMES] [--runs N] [--seconds S] [--json FILE] [--profile FOLDER]

  --shape     comma-separated (${usualShapes.join(',')}):
${shapes.map(({ name, title }) => `                ${name.padEnd(16)}${title}`).join('\n')}
  --systems   comma-separated; ${floor} is always among them (${usualSystems.join(',')}):
${systemNames.map((name) => `                ${name.padEnd(16)}${catalogue[name].title}`).join('\n')}
  --runs      interleaved runs of each system; medians are reported (3)
  --seconds   length of one measured window (4)
  --json      writes the figures to this file as well: {shape: {system: {…}}}
  --profile   writes a CPU profile of each Matinee process into FOLDER/SHAPE; profiling itself costs, so ignore the figures
  --help      this page
`

/** Names between commas, of an option that may be given several times. */
const names = <const Name extends string>(known: readonly Name[]) =>
  z
    .array(z.string())
    .transform((values) => values.flatMap((value) => value.split(',')).map((name) => name.trim()))
    .pipe(z.array(z.enum(known)))

const Options = z.object({
  shape: names(shapes.map(({ name }) => name)).default([...usualShapes]),
  systems: names(systemNames).default([...usualSystems]),
  runs: z.coerce.number().int().min(1).max(50).default(3),
  seconds: z.coerce.number().min(1).max(600).default(4),
  json: z.string().optional(),
  profile: z.string().optional(),
})
export type Options = z.infer<typeof Options>

/** Reads the command line; throws a sentence about what is wrong with it. `'help'` where that was asked for. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const
  const many = { ...text, multiple: true } as const
  const { values } = parseArgs({
    args: [...args],
    options: { runs: text, seconds: text, json: text, profile: text, shape: many, systems: many, help: { type: 'boolean' } },
  })
  if (values.help) return 'help'
  const parsed = Options.safeParse(values)
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error))
  const { systems } = parsed.data
  return { ...parsed.data, systems: [...new Set<SystemName>([floor, ...systems])] }
}

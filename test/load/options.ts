import { parseArgs } from 'node:util'
import * as z from 'zod'
import { shapes } from './shapes'

export const usage = `bun run bench [--runs N] [--seconds S] [--shape NAME]… [--json FILE] [--profile FOLDER]

  --runs      interleaved runs of each system; medians are reported (3)
  --seconds   length of one measured window (8)
  --shape     only these: ${shapes.map(({ name }) => name).join(', ')}
  --json      writes the figures to this file as well
  --profile   writes a CPU profile of each Matinee process into this folder; profiling itself costs, so ignore the figures
`

const Options = z.object({
  runs: z.coerce.number().int().min(1).max(50).default(3),
  seconds: z.coerce.number().min(1).max(600).default(8),
  shape: z.array(z.enum(shapes.map(({ name }) => name))).default(shapes.map(({ name }) => name)),
  json: z.string().optional(),
  profile: z.string().optional(),
})
export type Options = z.infer<typeof Options>

/** Reads the command line; throws a sentence about what is wrong with it. */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { runs: text, seconds: text, json: text, profile: text, shape: { ...text, multiple: true } },
  })
  const parsed = Options.safeParse(values)
  if (!parsed.success) throw new Error(`${z.prettifyError(parsed.error)}\n\n${usage}`)
  return parsed.data
}

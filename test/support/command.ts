/** A program that is run from a command line. */
export interface Command<Options> {
  readonly usage: string
  /** Reads the arguments; throws a sentence about what is wrong with them. `'help'` where that was asked for. */
  readonly read: (args: readonly string[]) => Options | 'help'
  /** Resolves to whether all is well. */
  readonly run: (options: Options) => Promise<boolean>
}

/** Runs it with the arguments of this process. Resolves to the exit code: 2 when they are wrong, 1 when not all is well. */
export async function runCommand<Options extends object>({ usage, read, run }: Command<Options>): Promise<0 | 1 | 2> {
  let options: Options | 'help'
  try {
    options = read(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
  if (options !== 'help') return (await run(options)) ? 0 : 1
  process.stdout.write(`${usage}\n`)
  return 0
}

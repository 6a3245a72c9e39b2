import type { AppProcess } from './app-process'

/** A whole Matinee that runs for a test, as far as its clients can tell. */
export interface Stack {
  /** Where HTTP requests go: every gateway's address. */
  readonly httpUrls: readonly string[]
  /** Where sockets are opened, `ws://…`; people of a journey are spread over them. */
  readonly socketUrls: readonly string[]
  readonly processes: readonly AppProcess[]
  /** Auth's database, for the little that no endpoint tells. */
  readonly authDatabaseUrl: string
  stop(): Promise<void>
}

/** For who looks at a failed test: what every process has logged, but for the requests that went well. */
export const logsOf = ({ processes }: Pick<Stack, 'processes'>, lastLines = 40): string =>
  processes.map(({ name, lines }) => [`--- ${name}`, ...lines.filter((line) => !wentWell(line)).slice(-lastLines)].join('\n')).join('\n')

/** What the processes logged as errors: bugs, or what an operator has to look at. */
export const errorsOf = ({ processes }: Pick<Stack, 'processes'>): readonly string[] =>
  processes.flatMap(({ lines }) => lines.filter((line) => line.includes('"level":"error"')))

const wentWell = (line: string) => /"message":"request".*"status":[1-4]/.test(line)

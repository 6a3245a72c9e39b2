import type { Clock } from './clock'
import { systemClock } from './clock'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>

/** Structured logs: one JSON object a line. A field whose name says it is secret is never written. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** `error` in the fields, if an Error, is written with its stack and its causes. */
  error(message: string, fields?: LogFields): void
  /** A log whose every line carries `fields` too. */
  with(fields: LogFields): Log
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
const secret = /token|password|secret|authorization|cookie|pass$|_key$/i

export interface LogOptions {
  readonly level: LogLevel
  readonly service: string
  readonly write?: (line: string) => void
  readonly clock?: Clock
}

export function createLog({ level, service, write = (line) => process.stdout.write(line), clock = systemClock }: LogOptions): Log {
  const logger = (bound: LogFields): Log => {
    const at =
      (lineLevel: LogLevel) =>
      (message: string, fields: LogFields = {}) => {
        if (order[lineLevel] < order[level]) return
        const time = new Date(clock.nowMs()).toISOString()
        write(`${JSON.stringify({ time, level: lineLevel, service, message, ...bound, ...fields }, printable)}\n`)
      }
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), with: (fields) => logger({ ...bound, ...fields }) }
  }
  return logger({})
}

/** A log that keeps nothing, for callers that have none. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog }

function printable(name: string, value: unknown): unknown {
  if (name !== '' && secret.test(name)) return '[redacted]'
  if (value instanceof Error) {
    return { name: value.name, message: value.message, stack: value.stack, ...(value.cause === undefined ? {} : { cause: value.cause }) }
  }
  return typeof value === 'bigint' ? value.toString() : value
}

import { Refusal } from '@matinee/kernel'
import { DrizzleQueryError } from 'drizzle-orm'

/** How long a caller who was told `unavailable` is asked to wait. */
const retryAfterMs = 2_000

/** The refusal for a database that does not answer. */
export const unavailable = (cause?: unknown) => new Refusal('unavailable', { retryAfterMs, cause })

/**
 * What a caller of the façade gets for an error of Drizzle or of a driver: `unavailable`
 * for a database that is away, busy or full, else an error without the query's parameters,
 * because Drizzle prints those into its message and they hold hashes and addresses.
 */
export function surfaced(error: unknown): unknown {
  const cause = error instanceof DrizzleQueryError ? error.cause : error
  if (cause instanceof Refusal) return cause
  if (isUnavailable(cause)) return unavailable(cause)
  if (error instanceof DrizzleQueryError) return new Error(`The query failed: ${error.query}`, { cause })
  return error
}

/** Whether PostgreSQL broke this transaction only because others ran beside it. */
export function isRetryable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('errno' in at && typeof at.errno === 'string' && retryableStates.has(at.errno)) return true
  }
  return false
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const retryableStates = new Set(['40001', '40P01'])
// Connection exceptions, insufficient resources, operator intervention (shutdown, crash, cancelled by the statement time-out), lock not available.
const unavailableStates = /^(08|53|57|55P03)/
const unavailableCodes =
  /^(ERR_POSTGRES_(CONNECTION|IDLE_TIMEOUT|LIFETIME_TIMEOUT|QUERY_CANCELLED)|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|SQLITE_(BUSY|FULL|IOERR|LOCKED))/

/** Whether this error of a driver means that the database is away, busy or full, and not that the query is wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { errno, code } = error as { readonly errno?: unknown; readonly code?: unknown }
  if (typeof errno === 'string' && unavailableStates.test(errno)) return true
  return typeof code === 'string' && unavailableCodes.test(code)
}

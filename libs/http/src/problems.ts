import { type Problem, type RefusalCode, refusals } from '@matinee/contracts'
import { Refusal, type RefusalDetails } from '@matinee/kernel'
import { ParseError, ValidationError } from 'elysia'
import type { Metrics } from './metrics'
import { fieldsOf } from './validation-fields'

export interface ProblemDetails extends RefusalDetails {
  readonly requestId?: string | undefined
  /** Methods the path takes; told with a 405. */
  readonly allow?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

export const problemContentType = 'application/problem+json'

/** The body of a refused request (RFC 9457). Its title is the catalogue's sentence, never text of an error. */
export function problemBody(code: RefusalCode, { fields, requestId }: ProblemDetails = {}): Problem {
  const { status, message, retryable } = refusals[code]
  return {
    type: 'about:blank',
    title: message,
    status,
    code,
    retryable,
    ...(fields === undefined || fields.length === 0 ? {} : { errors: fields.map(({ field, message }) => ({ field, message })) }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  }
}

/** A refusal as a whole response, for Elysia and for a bare `Bun.serve` alike. 429 and 503 always say when to come back. */
export function problemResponse(code: RefusalCode, details: ProblemDetails = {}): Response {
  return new Response(JSON.stringify(problemBody(code, details)), {
    status: refusals[code].status,
    headers: { ...details.headers, ...problemHeaders(code, details) },
  })
}

/** What is to be answered to anything that was thrown: a refusal as it is, all else as `internal`. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  // Elysia wraps what a body parser throws.
  if (error instanceof ParseError) return error.cause instanceof Refusal ? error.cause : new Refusal('invalid_json', { cause: error })
  if (error instanceof ValidationError) {
    // A response that breaks its own schema is our mistake, not the caller's.
    if (error.type === 'response') return new Refusal('internal', { cause: new Error('an answer does not match its schema') })
    return new Refusal('invalid_request', { fields: fieldsOf(error) })
  }
  return new Refusal('internal', { cause: error })
}

/** Counts what was refused, by its code: the same instrument for all parts of a process. */
export const refusalCounter = (metrics: Metrics) =>
  metrics.counter({ name: 'http_refusals_total', help: 'Requests refused, by code.', labelNames: ['code'] })

/** A thrown thing as a response. */
export function problemOf(error: unknown, details: Pick<ProblemDetails, 'requestId' | 'allow' | 'headers'> = {}): Response {
  const { code, fields, retryAfterMs } = refusalOf(error)
  return problemResponse(code, { ...details, ...(fields ? { fields } : {}), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
}

function problemHeaders(code: RefusalCode, { retryAfterMs, requestId, allow }: ProblemDetails): Record<string, string> {
  const { status } = refusals[code]
  const headers: Record<string, string> = { 'content-type': problemContentType, 'cache-control': 'no-store' }
  if (retryAfterMs !== undefined || status === 429 || status === 503) headers['retry-after'] = String(retryAfterS(retryAfterMs ?? 0))
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  if (requestId !== undefined) headers['x-request-id'] = requestId
  return allow === undefined ? headers : { ...headers, allow: allow.join(', ') }
}

/** Whole seconds, rounded up: to come back a moment too early would be refused again. */
const retryAfterS = (retryAfterMs: number) => Math.max(1, Math.ceil(retryAfterMs / 1000))

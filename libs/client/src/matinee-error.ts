import type { Problem, RefusalCode } from './contract-types'

/** A refusal of the server, or what the client itself says no with. */
export type ErrorCode =
  | RefusalCode
  /** No answer came: the network, or the server, is away. */
  | 'network'
  /** The connection has ended: see `state.ended` for why. */
  | 'ended'
  /** Nobody is signed in. */
  | 'signed_out'

export interface ErrorDetails {
  /** HTTP status; 0 where there was no answer, or the socket said no. */
  readonly status?: number
  readonly retryable?: boolean
  readonly retryAfterMs?: number | undefined
  readonly fields?: readonly { readonly field: string; readonly message: string }[]
  readonly cause?: unknown
}

/** Why something was not done. `code` is stable, made for programs; `message` can be shown. */
export class MatineeError extends Error {
  override readonly name = 'MatineeError'
  readonly code: ErrorCode
  readonly status: number
  /** Whether the same may succeed later, unchanged. */
  readonly retryable: boolean
  /** How long to wait before trying again, where the server said so. */
  readonly retryAfterMs: number | undefined
  /** Which fields are wrong, and why. */
  readonly fields: readonly { readonly field: string; readonly message: string }[]

  constructor(code: ErrorCode, message: string, { status = 0, retryable = false, retryAfterMs, fields = [], cause }: ErrorDetails = {}) {
    super(message, { cause })
    this.code = code
    this.status = status
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
    this.fields = fields
  }
}

/** The error that an answer stands for, whether it is one of Matinee's problems or comes from something in between. */
export async function errorOf(response: Response): Promise<MatineeError> {
  const { status, headers } = response
  const seconds = Number.parseFloat(headers.get('retry-after') ?? '')
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  const body: unknown = await response.json().catch(() => undefined)
  if (isProblem(body)) {
    const { code, title, retryable, errors = [] } = body
    return new MatineeError(code, title, { status, retryable, retryAfterMs, fields: errors })
  }
  if (status === 429) return new MatineeError('rate_limited', 'Too many requests.', { status, retryable: true, retryAfterMs })
  const away = status >= 500
  return new MatineeError(away ? 'unavailable' : 'not_found', `The server answered ${status}.`, { status, retryable: away, retryAfterMs })
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && 'title' in body
}

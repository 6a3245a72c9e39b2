import { Refusal } from '@matinee/kernel'
import { ReplyError } from 'ioredis'

/** Answers with which Redis says that it cannot serve now, though nothing is wrong with the command. */
const passing = new Set([
  'ASK',
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'MOVED',
  'NOREPLICAS',
  'NOSCRIPT',
  'OOM',
  'READONLY',
  'STALEREIGN',
  'TRYAGAIN',
  'UNKILLABLE',
])

/** What the log's caller is told while Redis cannot be reached or does not answer in time. */
export function readOnly(cause?: unknown): Refusal {
  return new Refusal('read_only', { retryAfterMs: 1_000, cause })
}

/** A refusal for everything that passes by itself; any other error, being a bug, as it is. */
export function refusalOf(error: unknown): unknown {
  const code = replyCode(error)
  if (code !== undefined) return passing.has(code) ? readOnly(error) : error
  // A mistake of ours in calling the client is no matter of the connection.
  if (error instanceof TypeError || error instanceof RangeError || !(error instanceof Error)) return error
  return readOnly(error)
}

/** The error of one of several callers, as their script answers it. */
export function errorIn(answer: unknown): Error | undefined {
  return typeof answer === 'string' && answer.startsWith('-') ? new ReplyError(answer.slice(1)) : undefined
}

/**
 * True when what this connection was told, or has told its server, no longer holds: it takes no writes any more, reigns anew, or has
 * forgotten its scripts. Only a new connection goes on; what is asked meanwhile is refused, so that nothing overtakes what was.
 */
export function isPast(error: unknown): boolean {
  const code = replyCode(error)
  return code === 'READONLY' || code === 'STALEREIGN' || code === 'NOSCRIPT'
}

/** True when another server of the cluster has the key. */
export function hasMoved(error: unknown): boolean {
  const code = replyCode(error)
  return code === 'MOVED' || code === 'ASK'
}

/** The first word of an error that Redis answered. */
function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // Of the two clients: ioredis has a class for it, without types, and Bun a code.
  const isReply = error instanceof ReplyError || ('code' in error && error.code === 'ERR_REDIS_SERVER_ERROR')
  return isReply ? error.message.split(' ', 1)[0] : undefined
}

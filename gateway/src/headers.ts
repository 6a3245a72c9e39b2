import { withoutHopByHop } from '@matinee/http'

/**
 * Headers a client must not speak in the gateway's name, those about its own
 * connection, and those nothing behind us reads: no cookie authenticates here,
 * and a service that compressed would do so for the gateway only.
 */
const neverForwarded =
  /^(?:forwarded|x-forwarded-.*|x-real-ip|x-request-id|x-matinee-.*|host|cookie|accept-encoding|content-length|expect)$/
const neverReturned = /^(?:x-matinee-.*|server|x-powered-by|x-request-id|access-control-.*|set-cookie|content-length|date)$/

/** A client's headers as a service may see them. */
export const forwardedHeaders = (headers: Headers): Headers => without(headers, neverForwarded)

/** A service's headers as a client may see them. */
export const returnedHeaders = (headers: Headers): Headers => without(headers, neverReturned)

function without(headers: Headers, dropped: RegExp): Headers {
  const kept = withoutHopByHop(headers)
  for (const name of [...kept.keys()]) if (dropped.test(name)) kept.delete(name)
  return kept
}

export interface AnswerKind {
  /** Whether copies may be kept: never, not unless the answer says so, or as it says. */
  readonly keep: 'never' | 'if_said' | 'as_said'
  /** The client's own connection is https, as a trusted proxy says. */
  readonly https: boolean
}

/** Sets what every answer says to browsers. A content security policy that is there already is a page's own. */
export function secure(headers: Headers, { keep, https }: AnswerKind): void {
  headers.set('x-content-type-options', 'nosniff')
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'no-referrer')
  headers.set('cross-origin-resource-policy', 'same-origin')
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  if (keep === 'never' || (keep === 'if_said' && !headers.has('cache-control'))) headers.set('cache-control', 'no-store')
  if (https) headers.set('strict-transport-security', 'max-age=31536000')
}

import { type Log, Refusal } from '@matinee/kernel'
import { defaultMaxBodyBytes, readBody } from './body'
import { withoutHopByHop } from './hop-by-hop'
import type { Resolver } from './resolver'

/** A service, however it is reached: over the network, or `app.handle` in the same process. */
export type Upstream = (request: Request) => Promise<Response>

export interface HttpUpstreamOptions {
  /** Scheme and host of the service; the path is the request's own. */
  readonly baseUrl: string
  readonly resolver: Pick<Resolver, 'addresses'>
  /** From the first byte sent to the last byte of the answer. */
  readonly timeoutMs: number
  readonly log: Log
  readonly maxBodyBytes?: number
  /** Whether to ask twice by this path is to ask once, whatever the method. With GET and HEAD it always is; with others, by default, it never is. */
  readonly repeatable?: (pathname: string) => boolean
}

/**
 * A service over HTTP, its replicas in turn. A replica that refuses the
 * connection is passed over once for the next; what may be asked twice is, once,
 * where the connection breaks. Rejects with `timed_out`, with `unavailable` when
 * nobody takes the request, with `payload_too_large`.
 * Answers pass through as they are: compressed ones compressed, redirects as redirects.
 */
export function openHttpUpstream(options: HttpUpstreamOptions): Upstream {
  const { baseUrl, resolver, timeoutMs, log, maxBodyBytes = defaultMaxBodyBytes, repeatable = () => false } = options
  const { protocol, host } = new URL(baseUrl)
  let turn = 0

  return async (request) => {
    const { pathname, search } = new URL(request.url)
    // Kept whole, so that it can be sent a second time.
    const body = request.body === null ? undefined : await readBody(request, maxBodyBytes)
    const headers = withoutHopByHop(request.headers)
    headers.set('host', host)
    headers.delete('content-length')
    // Or fetch would ask for compression in the name of a client that cannot take it.
    if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity')
    // `AbortSignal.timeout` would stay until its time has come, long after the answer, and what `AbortSignal.any` makes outlives it too.
    const given = new AbortController()
    const giveUp = () => given.abort()
    const { signal: wanted } = request
    let late = false
    const timer = setTimeout(() => {
      late = true
      giveUp()
    }, timeoutMs)
    if (wanted.aborted) giveUp()
    else wanted.addEventListener('abort', giveUp)
    const mayRepeat = request.method === 'GET' || request.method === 'HEAD' || repeatable(pathname)
    const ask = async (address: string, attempt: number): Promise<Response> => {
      const answer = await fetch(`${protocol}//${address}${pathname}${search}`, {
        method: request.method,
        headers,
        redirect: 'manual',
        decompress: false,
        signal: given.signal,
        // One that was kept may be as broken as the one before.
        keepalive: attempt === 0,
        ...(body === undefined ? {} : { body }),
      })
      const { status, statusText } = answer
      const bytes = await answer.bytes()
      return new Response(bytes.byteLength === 0 ? null : bytes, { status, statusText, headers: withoutHopByHop(answer.headers) })
    }

    const addresses = resolver.addresses()
    const first = turn++
    let refused: unknown
    try {
      for (let attempt = 0; attempt < 2; attempt++) {
        const address = addresses[(first + attempt) % addresses.length]
        if (address === undefined) break
        try {
          return await ask(address, attempt)
        } catch (error) {
          if (late) throw new Refusal('timed_out', { cause: error })
          refused = error
          // The client went away: nobody is left to be answered.
          if (wanted.aborted) break
          log.warn('a replica did not answer', { upstream: host, address, attempt, error: String(error) })
          // Anything but a refused connection may have reached the service: to send it again could do it twice.
          if (isRefused(error) ? addresses.length < 2 : !mayRepeat) break
        }
      }
    } finally {
      clearTimeout(timer)
      wanted.removeEventListener('abort', giveUp)
    }
    throw new Refusal('unavailable', { retryAfterMs: 2_000, cause: refused ?? new Error(`no address is known for ${host}`) })
  }
}

function isRefused(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ConnectionRefused' || code === 'ECONNREFUSED' || code === 'FailedToOpenSocket'
}

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
}

/**
 * A service over HTTP, its replicas in turn. A replica that refuses the
 * connection is passed over once for the next. Rejects with `timed_out`,
 * with `unavailable` when nobody takes the request, with `payload_too_large`.
 * Answers pass through as they are: compressed ones compressed, redirects as redirects.
 */
export function openHttpUpstream({ baseUrl, resolver, timeoutMs, log, maxBodyBytes = defaultMaxBodyBytes }: HttpUpstreamOptions): Upstream {
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
    const timeout = AbortSignal.timeout(timeoutMs)
    const send = (address: string) =>
      fetch(`${protocol}//${address}${pathname}${search}`, {
        method: request.method,
        headers,
        redirect: 'manual',
        decompress: false,
        signal: AbortSignal.any([timeout, request.signal]),
        ...(body === undefined ? {} : { body }),
      })

    const addresses = resolver.addresses()
    const first = turn++
    let refused: unknown
    for (let attempt = 0; attempt < Math.min(2, addresses.length); attempt++) {
      const address = addresses[(first + attempt) % addresses.length]
      if (address === undefined) break
      try {
        const answer = await send(address)
        return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers: withoutHopByHop(answer.headers) })
      } catch (error) {
        if (timeout.aborted) throw new Refusal('timed_out', { cause: error })
        refused = error
        // The client went away: nobody is left to be answered.
        if (request.signal.aborted) break
        log.warn('a replica did not answer', { upstream: host, address, attempt, error: String(error) })
        // Anything but a refused connection may have reached the service: to send it again could do it twice.
        if (!isRefused(error)) break
      }
    }
    throw new Refusal('unavailable', { retryAfterMs: 2_000, cause: refused ?? new Error(`no address is known for ${host}`) })
  }
}

function isRefused(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ConnectionRefused' || code === 'ECONNREFUSED' || code === 'FailedToOpenSocket'
}

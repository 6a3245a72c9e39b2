import { clientAddressHeader, type InternalSecret, readBody, requestIdHeader, type Upstream } from '@matinee/http'
import { type Log, Refusal } from '@matinee/kernel'
import { forwardedHeaders, returnedHeaders } from './headers'
import type { Service } from './routes'

export interface ProxyDeps {
  readonly upstreams: Readonly<Record<Service, Upstream>>
  readonly internalSecret: InternalSecret
  readonly maxBodyBytes: number
  /** From the first byte of the client's body to the service's answer. */
  readonly timeoutMs: number
  readonly log: Log
}

/** What the gateway knows of a request that it forwards. */
export interface Forwarding {
  readonly service: Service
  /** The URL the route was chosen by: its path and query go on as they are. */
  readonly url: URL
  readonly requestId: string
  readonly clientAddress: string
}

/** A service that is down is usually back within this. */
const unavailableRetryMs = 2_000
/** What the access log shows of a client that hung up, as nginx' does; nobody receives it. What was asked may have been done. */
export const nobodyListens = 499

/**
 * Hands requests to services. Refuses with `payload_too_large`, `timed_out` or
 * `unavailable`; any answer of the service, a refusal or not, passes. A client that
 * hangs up is no refusal: its answer is 499, for the log alone.
 */
export function createProxy({ upstreams, internalSecret, maxBodyBytes, timeoutMs, log }: ProxyDeps) {
  return async (request: Request, { service, url, requestId, clientAddress }: Forwarding): Promise<Response> => {
    const deadline = deadlineAfter(timeoutMs)
    try {
      // Read whole before the service hears of it: it never meets a slow or an oversize body.
      const body = hasBody(request) ? await Promise.race([readBody(request, maxBodyBytes), deadline.passed]) : undefined
      const headers = forwardedHeaders(request.headers)
      headers.set(requestIdHeader, requestId)
      headers.set(clientAddressHeader, clientAddress)
      for (const [name, value] of Object.entries(internalSecret.headers)) headers.set(name, value)
      const forwarded = new Request(`http://${service}${url.pathname}${url.search}`, {
        method: request.method,
        headers,
        signal: AbortSignal.any([deadline.signal, request.signal]),
        ...(body === undefined ? {} : { body }),
      })
      return await Promise.race([upstreams[service](forwarded).then(wholeAnswer), deadline.passed])
    } catch (error) {
      // The client hung up, which says nothing of the service.
      if (request.signal.aborted && !deadline.signal.aborted) return new Response(null, { status: nobodyListens })
      if (error instanceof Refusal) throw error
      log.warn('a service did not answer', { upstream: service, request_id: requestId, error })
      throw deadline.signal.aborted ? new Refusal('timed_out', { cause: error }) : unavailable(error)
    } finally {
      deadline.clear()
    }
  }
}

/** Read to its end, so that a service that goes away in the middle is a refusal and not half an answer. */
async function wholeAnswer(answer: Response): Promise<Response> {
  const body = await answer.bytes()
  return new Response(body.byteLength === 0 ? null : body, { status: answer.status, headers: returnedHeaders(answer.headers) })
}

const hasBody = (request: Request) => request.body !== null && request.method !== 'GET' && request.method !== 'HEAD'
const unavailable = (cause: unknown) => new Refusal('unavailable', { retryAfterMs: unavailableRetryMs, cause })

/** A signal for those who listen, and a rejection for those who do not: a service in this process hears no signal. */
function deadlineAfter(timeoutMs: number) {
  const { promise: passed, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting any more when it passes.
  passed.catch(() => {})
  const controller = new AbortController()
  const timer = setTimeout(() => {
    const refusal = new Refusal('timed_out')
    controller.abort(refusal)
    reject(refusal)
  }, timeoutMs)
  return { passed, signal: controller.signal, clear: () => clearTimeout(timer) }
}

import type { Metrics } from '@matinee/http'
import type { Log } from '@matinee/kernel'
import type { Route } from './routes'

export interface Served {
  readonly request: Request
  readonly url: URL
  readonly route: Route
  /** 101 for a socket. */
  readonly status: number
  readonly requestId: string
  readonly clientAddress: string
  /** On the monotonic clock (`performance.now()`). */
  readonly startedAtMs: number
}

/** One line and one observation a request. Without its query: a query may hold a token. */
export function createAccessLog({ log, metrics }: { log: Log; metrics: Metrics }) {
  const durations = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
  return ({ request, url, route, status, requestId, clientAddress, startedAtMs }: Served): void => {
    const durationMs = performance.now() - startedAtMs
    durations.observe({ method: methodLabel(request.method), route: route.group, status }, durationMs / 1000)
    log.info('request', {
      method: request.method,
      path: url.pathname.slice(0, maxLoggedPathLength),
      status,
      duration_ms: Math.round(durationMs * 100) / 100,
      client_address: clientAddress,
      request_id: requestId,
    })
  }
}

const maxLoggedPathLength = 200
const known = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
// A caller must not be able to make new label values.
const methodLabel = (method: string) => (known.has(method) ? method : 'other')

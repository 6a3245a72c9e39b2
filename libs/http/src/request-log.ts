import type { Log } from '@matinee/kernel'
import type { Metrics } from './metrics'

/** A request that has been answered. */
export interface AnsweredRequest {
  readonly method: string
  /** Without the query: a query may hold a token. */
  readonly path: string
  /** Names the route in metrics: one of few, whatever clients ask for. */
  readonly route: string
  readonly status: number
  /** On the monotonic clock (`performance.now()`). */
  readonly startedAtMs: number
  readonly requestId: string | undefined
  /** Told where it is known to be the client's own. */
  readonly clientAddress?: string
  /** `info` unless said otherwise. */
  readonly level?: 'debug' | 'info'
}

/** One line and one observation a request. A path is written up to 200 characters. */
export function createRequestLog({ log, metrics }: { readonly log: Log; readonly metrics: Metrics }) {
  const durations = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
  return ({ method, path, route, status, startedAtMs, requestId, clientAddress, level = 'info' }: AnsweredRequest): void => {
    const durationMs = performance.now() - startedAtMs
    durations.observe({ method: known.has(method) ? method : 'other', route, status }, durationMs / 1000)
    log[level]('request', {
      method,
      path: path.slice(0, maxPathLength),
      status,
      duration_ms: Math.round(durationMs * 100) / 100,
      ...(clientAddress === undefined ? {} : { client_address: clientAddress }),
      request_id: requestId,
    })
  }
}

const maxPathLength = 200
// A caller must not be able to make new label values.
const known = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

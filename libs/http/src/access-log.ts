import type { Log } from '@matinee/kernel'
import { Elysia } from 'elysia'
import type { Metrics } from './metrics'
import { arrivalOf } from './request-id'

/** One line a request, without its query: a query may hold a token. Durations are counted by route pattern, never by path. */
export const accessLog = ({ log, metrics }: { log: Log; metrics: Metrics }) => {
  const durations = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
  return new Elysia({ name: 'http.access-log' }).onAfterResponse({ as: 'global' }, ({ request, path, route, set, responseValue }) => {
    const arrival = arrivalOf(request)
    const status = responseValue instanceof Response ? responseValue.status : Number(set.status ?? 200)
    const durationMs = arrival === undefined ? 0 : performance.now() - arrival.startedAtMs
    durations.observe({ method: methodLabel(request.method), route: routeLabel(route), status }, durationMs / 1000)
    const level = quiet.test(path) ? 'debug' : 'info'
    log[level]('request', {
      method: request.method,
      path,
      status,
      duration_ms: Math.round(durationMs * 100) / 100,
      request_id: arrival?.requestId,
    })
  })
}

const quiet = /^\/(health\/|metrics$)/
const known = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

// A caller must not be able to make new label values.
const methodLabel = (method: string) => (known.has(method) ? method : 'other')
const routeLabel = (route: string | undefined) => (!route ? 'none' : route.length > 1 ? route.replace(/\/$/, '') : route)

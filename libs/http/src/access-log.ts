import type { Log } from '@matinee/kernel'
import { Elysia } from 'elysia'
import type { Metrics } from './metrics'
import { arrivalOf } from './request-id'
import { createRequestLog } from './request-log'

/** One line a request, without its query: a query may hold a token. Durations are counted by route pattern, never by path. */
export const accessLog = ({ log, metrics }: { log: Log; metrics: Metrics }) => {
  const note = createRequestLog({ log, metrics })
  return new Elysia({ name: 'http.access-log' }).onAfterResponse({ as: 'global' }, ({ request, path, route, set, responseValue }) => {
    const arrival = arrivalOf(request)
    const status = responseValue instanceof Response ? responseValue.status : Number(set.status ?? 200)
    note({
      method: request.method,
      path,
      route: routeLabel(route),
      status,
      startedAtMs: arrival?.startedAtMs ?? performance.now(),
      requestId: arrival?.requestId,
      level: quiet.test(path) ? 'debug' : 'info',
    })
  })
}

const quiet = /^\/(health\/|metrics$)/
const routeLabel = (route: string | undefined) => (!route ? 'none' : route.length > 1 ? route.replace(/\/$/, '') : route)

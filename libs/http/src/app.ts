import type { Log } from '@matinee/kernel'
import { Elysia } from 'elysia'
import { accessLog } from './access-log'
import { defaultMaxBodyBytes, jsonBodies } from './body'
import { errors } from './errors'
import type { InternalSecret } from './internal-secret'
import type { Metrics } from './metrics'
import { chooseRequestId, noteArrival, requestIdHeader } from './request-id'

export interface AppOptions {
  readonly name: string
  readonly log: Log
  readonly metrics: Metrics
  readonly internalSecret: InternalSecret
  readonly maxBodyBytes?: number
}

/**
 * What every HTTP face of the system starts from: problem bodies for every
 * refusal, request ids, an access log, durations by route, small JSON bodies.
 * It opens nothing, so tests drive it with `app.handle`.
 */
export function createApp({ name, log, metrics, internalSecret, maxBodyBytes = defaultMaxBodyBytes }: AppOptions) {
  // A short Host header can otherwise route `/public/admin` to `/admin`.
  const app = new Elysia({ name, handler: { standardHostname: false } })
  return app
    .onRequest(({ request, set }) => {
      const { requestId } = noteArrival(request, {
        requestId: chooseRequestId(request, internalSecret),
        startedAtMs: performance.now(),
      })
      set.headers[requestIdHeader] = requestId
    })
    .use(accessLog({ log, metrics }))
    .use(errors({ log, metrics, router: () => app.router }))
    .use(jsonBodies({ maxBytes: maxBodyBytes }))
}

import { type Lifecycle, type Log, type Running, startTogether } from '@matinee/kernel'
import type { Check } from './health'
import { serve } from './serve'
import type { Upstream } from './upstream'

/** A running service without ports of its own: whoever composes it serves it, or calls it. */
export interface HttpService extends Running {
  /** Answers what anybody may ask. */
  readonly fetch: Upstream
  /** Answers `/health/…`, `/metrics` and what the service adds under `/internal/`; for the internal port. */
  readonly internalFetch: Upstream
  /** From now on readiness says no, so that no new traffic is sent here. */
  drain(): void
}

interface Face {
  handle(request: Request): Response | Promise<Response>
}

/** Starts what a service is made of. `start` says what has to be stopped and resolves to both faces; when it fails, what had started is stopped again. */
export const openHttpService = (
  log: Log,
  start: (lifecycle: Lifecycle, draining: () => boolean) => Promise<{ readonly open: Face; readonly internal: Face }>,
): Promise<HttpService> =>
  startTogether(log, async (lifecycle) => {
    let draining = false
    const { open, internal } = await start(lifecycle, () => draining)
    return {
      fetch: async (request) => open.handle(request),
      internalFetch: async (request) => internal.handle(request),
      drain: () => {
        draining = true
      },
      stop: () => lifecycle.stop(),
    }
  })

/** The checks of a service that needs its database, and whose facts can wait for the bus. */
export const checksOf = ({ db, bus }: { db: { ping(withinMs: number): Promise<unknown> }; bus: { connected(): boolean } }): Check[] => [
  { name: 'database', kind: 'required', run: () => db.ping(1_500).then(() => true) },
  { name: 'bus', kind: 'informative', run: () => bus.connected() },
]

/** Serves both faces on their ports, and says where. When it stops, readiness says no first, then the ports close, and the service stops last. */
export function serveService(
  service: HttpService,
  { config, lifecycle, log }: { config: { host: string; port: number; internalPort: number }; lifecycle: Lifecycle; log: Log },
): void {
  const { host: hostname } = config
  lifecycle.onStop('service', () => service.stop())
  const internal = serve({ fetch: service.internalFetch, port: config.internalPort, hostname, portSetting: 'INTERNAL_PORT' })
  lifecycle.onStop('internal port', () => internal.stop())
  const open = serve({ fetch: service.fetch, port: config.port, hostname, portSetting: 'PORT' })
  lifecycle.onStop('port', () => open.stop())
  lifecycle.onStop('readiness', () => service.drain())
  log.info('listening', { url: open.url, internal_url: internal.url })
}

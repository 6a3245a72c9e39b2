import type { AppOptions } from './app'
import { createApp } from './app'
import { type Check, readHealth } from './health'
import { internalOnly } from './internal-secret'

export interface InternalAppOptions extends Omit<AppOptions, 'name'> {
  readonly service: string
  readonly version: string
  readonly checks: readonly Check[]
  /** True from the moment the service has been told to stop. */
  readonly draining?: () => boolean
  readonly checkLimitMs?: number
}

/** What a service answers on its internal port: `/health/live`, `/health/ready`, `/metrics`; and what it adds under `/internal/`, which needs the internal secret. */
export function createInternalApp({
  service,
  version,
  checks,
  draining = () => false,
  checkLimitMs = 2_000,
  ...options
}: InternalAppOptions) {
  const { metrics } = options
  const degraded = metrics.gauge({ name: 'matinee_degraded', help: '1 while a check fails.', labelNames: ['check'] })
  return createApp({ ...options, name: `${service}.internal` })
    .use(internalOnly(options.internalSecret))
    .get('/health/live', () => ({ status: 'live', service, version }))
    .get('/health/ready', async ({ set }) => {
      const health = await readHealth(checks, { limitMs: checkLimitMs, draining: draining() })
      for (const [check, result] of Object.entries(health.checks)) degraded.set({ check }, result === 'ok' ? 0 : 1)
      if (health.status === 'not_ready') set.status = 503
      return health
    })
    .get('/metrics', async ({ set }) => {
      set.headers['content-type'] = metrics.contentType
      return await metrics.text()
    })
}

import { createInternalApp, createInternalSecret, createMetrics, openResolver, openService, serve } from '@matinee/http'
import { createLog, type Running, runUntilSignal, startTogether, systemClock, systemIds } from '@matinee/kernel'
import { pageFolder } from '@matinee/web/folder'
import { composeGateway } from './compose'
import { readGatewayConfig } from './config'
import { resolvedSyncNodes } from './link/sync-nodes'
import { openWatchPage } from './page/watch-page'
import { createSockets } from './sockets'
import { version } from './version'

/** Compose allows 35 s; this leaves time for the process to end. */
const stopWithinMs = 30_000

await runUntilSignal(start, { log: createLog({ level: 'info', service: 'gateway' }), stopWithinMs })

async function start(): Promise<Running> {
  const config = readGatewayConfig(process.env)
  const log = createLog({ level: config.logLevel, service: 'gateway' })
  const metrics = createMetrics({ service: 'gateway' })
  let listening = false
  let draining = false

  return startTogether(log, async (lifecycle) => {
    const wayTo = async (name: string, urls: readonly string[]) => {
      const service = await openService({ urls, timeoutMs: config.upstreamTimeoutMs, log, maxBodyBytes: config.maxBodyBytes })
      lifecycle.onStop(`the way to ${name}`, () => service.stop())
      return service.upstream
    }

    const auth = await wayTo('auth', config.authUrls)
    const rooms = await wayTo('rooms', config.roomsUrls)
    const internalApp = createInternalApp({
      service: 'gateway',
      version,
      // Listening is all it takes: that a service is down shows in the answers.
      checks: [{ name: 'listening', kind: 'required', run: () => listening }],
      draining: () => draining,
      log,
      metrics,
      internalSecret: createInternalSecret(config.internalSecret),
    })
    const internal = serve({ fetch: internalApp.fetch, port: config.internalPort, hostname: config.host, portSetting: 'INTERNAL_PORT' })
    lifecycle.onStop('internal port', () => internal.stop())
    const syncNodes = await openResolver({ urls: config.syncUrls, log })
    lifecycle.onStop('resolver of sync', () => syncNodes.stop())
    const sockets = createSockets({
      ...config.sockets,
      nodes: resolvedSyncNodes(syncNodes, config.linkSecret),
      prefix: `g${systemIds.text('0123456789abcdefghijklmnopqrstuvwxyz', 10)}c`,
      clock: systemClock,
      log,
      metrics,
    })
    const watchPage = openWatchPage(pageFolder)
    const gateway = composeGateway({ config, auth, rooms, sockets, watchPage, log, metrics, clock: systemClock })
    lifecycle.onStop('gateway', () => gateway.stop())
    listening = true
    lifecycle.onStop('readiness', () => {
      draining = true
    })
    log.info('listening', { url: gateway.url, internal_url: internal.url })
    return lifecycle
  })
}

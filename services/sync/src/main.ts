import { openNatsBus } from '@matinee/bus/nats'
import { openService, serve, urlOf } from '@matinee/http'
import { createLog, type Running, runUntilSignal, startTogether, systemIds } from '@matinee/kernel'
import { type AcceptedLink, createLinkServer, linkPath } from '@matinee/link'
import type { SocketData } from '@matinee/socket'
import { composeSync } from './compose'
import { readSyncConfig } from './config'
import { isRepeatable } from './memberships'
import { defaultBounds } from './store/room-log.bounds'
import { openRedisRoomLog } from './store/room-log.redis'

/** Compose allows 35 s; this leaves time for the process to end. */
const stopWithinMs = 30_000
const upstreamTimeoutMs = 5_000

await runUntilSignal(start, { log: createLog({ level: 'info', service: 'sync' }), stopWithinMs })

async function start(): Promise<Running> {
  const config = readSyncConfig(process.env)
  const node = `s${systemIds.text('0123456789abcdefghijklmnopqrstuvwxyz', 10)}`
  const log = createLog({ level: config.logLevel, service: 'sync' }).with({ node })
  return startTogether(log, async (lifecycle) => {
    const wayTo = async (name: string, urls: readonly string[]) => {
      const service = await openService({ urls, timeoutMs: upstreamTimeoutMs, log, repeatable: isRepeatable })
      lifecycle.onStop(`the way to ${name}`, () => service.stop())
      return service.upstream
    }
    const bus = openNatsBus({ servers: config.busUrls, streams: [], log, name: 'sync' })
    lifecycle.onStop('bus', () => bus.close())
    const roomLog = openRedisRoomLog({ urls: config.redisUrls, node, log, bounds: { ...defaultBounds, ...config.window } })
    lifecycle.onStop('room log', () => roomLog.stop())
    const [auth, rooms] = await Promise.all([wayTo('auth', config.authUrls), wayTo('rooms', config.roomsUrls)])
    const sync = await composeSync({ config, node, bus, roomLog, auth, rooms, log })
    const links = createLinkServer({ secret: config.linkSecret, accept: sync.acceptLink })
    const internal = serve<AcceptedLink>({
      port: config.internalPort,
      hostname: config.host,
      portSetting: 'INTERNAL_PORT',
      websocket: links.websocket,
      fetch: (request, server) => (urlOf(request).pathname === linkPath ? links.upgrade(request, server) : sync.internalFetch(request)),
    })
    lifecycle.onStop('internal port', () => {
      links.stop()
      return internal.stop()
    })
    const open = serve<SocketData>({
      port: config.port,
      hostname: config.host,
      portSetting: 'PORT',
      websocket: sync.direct.websocket,
      fetch: (request, server) => sync.direct.fetch(request, server),
    })
    lifecycle.onStop('port', () => open.stop())
    // Clients are handed over while both ports are still open.
    lifecycle.onStop('sync', () => sync.stop())
    lifecycle.onStop('readiness', () => sync.drain())
    log.info('listening', { url: open.url, internal_url: internal.url })
    return lifecycle
  })
}

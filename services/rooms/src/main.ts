import { openNatsBus } from '@matinee/bus/nats'
import { openService, serve } from '@matinee/http'
import { createLifecycle, createLog, type Running, runUntilSignal } from '@matinee/kernel'
import { composeRooms } from './compose'
import { readRoomsConfig } from './config'

/** Compose allows 35 s; this leaves time for the process to end. */
const stopWithinMs = 30_000
/** Keys are asked for rarely, and a request waits for them. */
const authTimeoutMs = 3_000

const bootLog = createLog({ level: 'info', service: 'rooms' })
await runUntilSignal(start, { log: bootLog, stopWithinMs })

async function start(): Promise<Running> {
  const config = readRoomsConfig(process.env)
  const log = createLog({ level: config.logLevel, service: 'rooms' })
  const lifecycle = createLifecycle(log)
  try {
    const bus = openNatsBus({ servers: config.busUrls, streams: ['ROOMS'], log })
    lifecycle.onStop('bus', () => bus.close())
    const auth = await openService({ urls: config.authUrls, timeoutMs: authTimeoutMs, log })
    lifecycle.onStop('the way to auth', () => auth.stop())
    const rooms = await composeRooms({ config, bus, auth: auth.upstream, log })
    lifecycle.onStop('rooms', () => rooms.stop())
    const hostname = config.host
    const internal = serve({ fetch: rooms.internalFetch, port: config.internalPort, hostname, portSetting: 'INTERNAL_PORT' })
    lifecycle.onStop('internal port', () => internal.stop())
    const open = serve({ fetch: rooms.fetch, port: config.port, hostname, portSetting: 'PORT' })
    lifecycle.onStop('port', () => open.stop())
    lifecycle.onStop('readiness', () => rooms.drain())
    log.info('listening', { url: open.url, internal_url: internal.url })
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
  return lifecycle
}

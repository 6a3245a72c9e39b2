import { openNatsBus } from '@matinee/bus/nats'
import { openService, serveService } from '@matinee/http'
import { createLog, type Running, runUntilSignal, startTogether } from '@matinee/kernel'
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
  return startTogether(log, async (lifecycle) => {
    const bus = openNatsBus({ servers: config.busUrls, streams: ['ROOMS'], log })
    lifecycle.onStop('bus', () => bus.close())
    const auth = await openService({ urls: config.authUrls, timeoutMs: authTimeoutMs, log })
    lifecycle.onStop('the way to auth', () => auth.stop())
    const rooms = await composeRooms({ config, bus, auth: auth.upstream, log })
    serveService(rooms, { config, lifecycle, log })
    return lifecycle
  })
}

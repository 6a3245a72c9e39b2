import { openNatsBus } from '@matinee/bus/nats'
import { serve } from '@matinee/http'
import { createLifecycle, createLog, type Running, runUntilSignal } from '@matinee/kernel'
import { composeAuth } from './compose'
import { readAuthConfig } from './config'
import { createSuperuser } from './create-superuser'

/** Compose allows 35 s; this leaves time for the process to end. */
const stopWithinMs = 30_000

const [command, ...args] = process.argv.slice(2)
if (command === undefined) {
  const bootLog = createLog({ level: 'info', service: 'auth' })
  await runUntilSignal(start, { log: bootLog, stopWithinMs })
} else if (command === 'create-superuser') {
  process.exit(await createSuperuser({ args, environment: process.env, input: process.stdin, write: (text) => process.stdout.write(text) }))
} else {
  process.stderr.write(`There is no command ${command}. Without one the service starts; the other is create-superuser.\n`)
  process.exit(2)
}

async function start(): Promise<Running> {
  const config = readAuthConfig(process.env)
  const log = createLog({ level: config.logLevel, service: 'auth' })
  const lifecycle = createLifecycle(log)
  try {
    const bus = openNatsBus({ servers: config.busUrls, streams: ['AUTH'], log, name: 'auth' })
    lifecycle.onStop('bus', () => bus.close())
    const auth = await composeAuth({ config, bus, log })
    lifecycle.onStop('auth', () => auth.stop())
    const hostname = config.host
    const internal = serve({ fetch: auth.internalFetch, port: config.internalPort, hostname, portSetting: 'INTERNAL_PORT' })
    lifecycle.onStop('internal port', () => internal.stop())
    const open = serve({ fetch: auth.fetch, port: config.port, hostname, portSetting: 'PORT' })
    lifecycle.onStop('port', () => open.stop())
    lifecycle.onStop('readiness', () => auth.drain())
    log.info('listening', { url: open.url, internal_url: internal.url })
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
  return lifecycle
}

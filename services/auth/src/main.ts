import { openNatsBus } from '@matinee/bus/nats'
import { serveService } from '@matinee/http'
import { createLog, type Running, runUntilSignal, startTogether } from '@matinee/kernel'
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
  return startTogether(log, async (lifecycle) => {
    const bus = openNatsBus({ servers: config.busUrls, streams: ['AUTH'], log, name: 'auth' })
    lifecycle.onStop('bus', () => bus.close())
    const auth = await composeAuth({ config, bus, log })
    serveService(auth, { config, lifecycle, log })
    return lifecycle
  })
}

/**
 * The embedded run: all parts in one process, SQLite files under the data folder,
 * the bus, the room log and the link in memory. The one place that composes several
 * services, and the shortest description of the whole system.
 */
import { Database } from 'bun:sqlite'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { composeAuth, defaultAuthConfig } from '@matinee/auth/compose'
import { createMemoryBus } from '@matinee/bus/memory'
import { composeGateway, createSockets, oneSyncNode, openWatchPage } from '@matinee/gateway/compose'
import { readEmbeddedGatewayConfig } from '@matinee/gateway/config'
import { createInternalApp, createInternalSecret, createMetrics, serve, urlOf } from '@matinee/http'
import {
  createLog,
  durationMs,
  type Environment,
  logLevel,
  port,
  type Running,
  runUntilSignal,
  startTogether,
  systemClock,
  systemIds,
} from '@matinee/kernel'
import { createMemoryLink } from '@matinee/link'
import { composeRooms, defaultRoomsConfig } from '@matinee/rooms/compose'
import { composeSync, createMemoryRoomLog, defaultSyncConfig } from '@matinee/sync/compose'
import { ensurePage } from '@matinee/web/build'
import { pageFolder } from '@matinee/web/folder'
import * as z from 'zod'
import packageJson from './package.json'

const stopWithinMs = 10_000
const secretAlphabet = '0123456789abcdefghijklmnopqrstuvwxyz'

const OwnSettings = z.object({
  DATA_DIR: z.string().default('./data'),
  INTERNAL_PORT: port.default(8081),
  LOG_LEVEL: logLevel.default('warn'),
  HOST_GRACE_MS: durationMs.default(defaultSyncConfig.graces.hostMs),
})

await runUntilSignal(() => start(process.env).catch(explain), { log: createLog({ level: 'warn', service: 'matinee' }), stopWithinMs })

async function start(environment: Environment): Promise<Running> {
  // Lives as long as the process: no other process has to know it.
  const internalSecret = systemIds.text(secretAlphabet, 32)
  const { gateway: config, own } = readEmbeddedGatewayConfig(environment, internalSecret, OwnSettings)
  const limited = config.limits !== undefined
  const log = createLog({ level: own.LOG_LEVEL, service: 'matinee' })
  return startTogether(log, async (lifecycle) => {
    const folder = resolve(own.DATA_DIR)
    lifecycle.onStop('data folder', holdFolder(folder))
    const database = (name: string) => `sqlite:${join(folder, `${name}.db`)}`
    const clock = systemClock
    const bus = createMemoryBus({ clock, log })
    lifecycle.onStop('bus', () => bus.close())

    const auth = await composeAuth({
      config: {
        ...defaultAuthConfig,
        databaseUrl: database('auth'),
        issuer: config.issuer,
        internalSecret,
        keyEncryptionSecret: undefined,
        limits: limited ? defaultAuthConfig.limits : undefined,
      },
      bus,
      log: log.with({ part: 'auth' }),
    })
    lifecycle.onStop('auth', () => auth.stop())

    const rooms = await composeRooms({
      config: {
        ...defaultRoomsConfig,
        databaseUrl: database('rooms'),
        issuer: config.issuer,
        internalSecret,
        limits: limited ? defaultRoomsConfig.limits : undefined,
      },
      bus,
      auth: auth.fetch,
      log: log.with({ part: 'rooms' }),
    })
    lifecycle.onStop('rooms', () => rooms.stop())

    const node = `s${systemIds.text(secretAlphabet, 10)}`
    const sync = await composeSync({
      config: {
        ...defaultSyncConfig,
        issuer: config.issuer,
        internalSecret,
        passKey: systemIds.text(secretAlphabet, 32),
        graces: { ...defaultSyncConfig.graces, hostMs: own.HOST_GRACE_MS },
        limits: limited ? defaultSyncConfig.limits : { chat: undefined, badFrames: undefined },
      },
      node,
      bus,
      roomLog: createMemoryRoomLog({ clock }).forNode(node),
      auth: auth.fetch,
      rooms: rooms.internalFetch,
      log: log.with({ part: 'sync' }),
    })
    lifecycle.onStop('sync', () => sync.stop())

    const metrics = createMetrics({ service: 'gateway' })
    const gatewayLog = log.with({ part: 'gateway' })
    const sockets = createSockets({
      ...config.sockets,
      nodes: oneSyncNode(createMemoryLink(sync.acceptLink)),
      prefix: `g${systemIds.text(secretAlphabet, 10)}c`,
      clock,
      log: gatewayLog,
      metrics,
    })
    // Without the page the API runs all the same.
    await ensurePage().catch((error: unknown) => gatewayLog.warn('the page could not be built', { error }))
    const watchPage = openWatchPage(pageFolder)
    const gateway = composeGateway({ config, auth: auth.fetch, rooms: rooms.fetch, sockets, watchPage, log: gatewayLog, metrics, clock })
    lifecycle.onStop('gateway', () => gateway.stop())
    const gatewayInternal = createInternalApp({
      service: 'gateway',
      version: packageJson.version,
      checks: [],
      log: gatewayLog,
      metrics,
      internalSecret: createInternalSecret(internalSecret),
    })
    const internal = serve({
      fetch: internalOf({ auth, rooms, sync, gateway: { internalFetch: async (request) => gatewayInternal.handle(request) } }),
      port: own.INTERNAL_PORT,
      hostname: '127.0.0.1',
      portSetting: 'INTERNAL_PORT',
    })
    lifecycle.onStop('internal port', () => internal.stop())
    announce({ port: gateway.port, host: config.host, folder, internalUrl: internal.url })
    return lifecycle
  })
}

/** Says to a person what keeps it from starting. */
function explain(error: unknown): never {
  process.stderr.write(`\nMatinee could not start. ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

/** Holds the data folder for this process alone. Throws when another Matinee runs on it. */
function holdFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = new Database(join(folder, 'lock.db'), { create: true })
  try {
    lock.run('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new Error(`Another Matinee runs on the data in ${folder}. Stop it, or choose another folder with DATA_DIR.`, { cause: error })
  }
  return () => lock.close()
}

interface Part {
  internalFetch(request: Request): Promise<Response>
}

/** `/<part>/health/ready`, `/<part>/metrics` and so on, for those who watch over this process. */
function internalOf(parts: Readonly<Record<string, Part>>) {
  return async (request: Request): Promise<Response> => {
    const url = urlOf(request)
    const [, name = '', ...rest] = url.pathname.split('/')
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (!part) return new Response(null, { status: 404 })
    return part.internalFetch(new Request(new URL(`/${rest.join('/')}`, url).href, { method: request.method, headers: request.headers }))
  }
}

function announce({ port: at, host, folder, internalUrl }: { port: number; host: string; folder: string; internalUrl: string }): void {
  const url = `http://localhost:${at}`
  const reach =
    host === '127.0.0.1' ? 'this machine only; HOST=0.0.0.0 opens it to your network' : `every network this machine is in (HOST=${host})`
  process.stdout.write(`
Matinee is running on ${url}: open it in a browser to watch.
  reachable from   ${reach}
  users and rooms  ${folder} (SQLite)
  live rooms       in memory: sockets resume while this process runs
  health, metrics  ${internalUrl}/{auth,rooms,sync,gateway}/health/ready, …/metrics
  documents        ${url}/api/docs

Try it:
  TOKEN=$(curl -s ${url}/api/auth/guest/ -H 'content-type: application/json' -d '{"display_name":"Ana"}' | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
  CODE=$(curl -s ${url}/api/rooms/create/ -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"name":"Cinema"}' | sed 's/.*"room_code":"\\([^"]*\\).*/\\1/')
  npx --yes wscat -c "ws://localhost:${at}/ws/room/$CODE/?token=$TOKEN"

Ctrl-C stops it.
`)
}

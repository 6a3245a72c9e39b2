import { type AppProcess, startApp } from './app-process'
import { type FaultProxy, openFaultProxy } from './fault-proxy'
import { freePort } from './free-port'
import { generousLimits } from './limits'
import { startNats } from './nats'
import { type PostgresServer, startPostgres } from './postgres'
import { startRedis } from './redis'
import type { TestServer } from './server'
import type { Stack } from './stack'
import { until } from './until'

export interface DistributedOptions {
  /** For each gateway, which sync nodes it knows, by their place. */
  readonly gateways: readonly (readonly number[])[]
  readonly syncs: number
  readonly rooms?: number
  readonly auths?: number
  /** Where a fault proxy stands between; nowhere by default. */
  readonly wired?: readonly Wiring[]
  /** Where the rooms' logs are, instead of on the Redis of this run. */
  readonly redisUrl?: string
  /** The Redis of this run, instead of one that it starts; it ends with the run too. */
  readonly redis?: TestServer
  /** Of the proxies' jitter. */
  readonly seed?: number
  /** Whether leases, beats and graces run at a fraction of their defaults, each at its own (`quickSync`, `quickGateway`); by default they do. */
  readonly quick?: boolean
  /** Settings of every process of that part, over the test's own. */
  readonly environment?: Readonly<Partial<Record<Part, Readonly<Record<string, string>>>>>
}
type Part = 'auth' | 'rooms' | 'sync' | 'gateway'
/** Between clients' sockets and gateways, gateways and sync nodes, and the services and their servers. */
export type Wiring = 'clients' | 'links' | 'redis' | 'nats' | 'postgres'

/** A distributed Matinee: a process for each replica, on Redis, NATS and PostgreSQL of its own. */
export interface DistributedStack extends Stack {
  readonly gateways: readonly AppProcess[]
  readonly syncs: readonly AppProcess[]
  readonly rooms: readonly AppProcess[]
  readonly auths: readonly AppProcess[]
  /** The sync nodes' own ports for clients, `ws://…`. */
  readonly directUrls: readonly string[]
  /** The proxy between the two, such as `wire('client', 'gateway 0')`, `wire('gateway 0', 'sync 1')` or `wire('sync 1', 'redis')`. */
  wire(from: string, to: string): FaultProxy
  /** Resolves when every gateway has a link to each node that it knows. */
  linked(withinMs?: number): Promise<void>
  /** All proxies, by those they join. */
  readonly wires: ReadonlyMap<string, FaultProxy>
  readonly redis: TestServer
  readonly nats: TestServer
  readonly postgres: PostgresServer
  /** The database of rooms, for those who look behind the scene. */
  readonly roomsDatabaseUrl: string
}

const secrets = {
  INTERNAL_SECRET: 'development-internal-secret',
  LINK_SECRET: 'development-link-secret',
  PASS_KEY: 'development-pass-key-of-tests',
  KEY_ENCRYPTION_SECRET: 'development-key-encryption-secret',
} as const

/** Starts the servers and every process, and resolves when all are ready. Redis keeps what it acknowledged, even through a kill. */
export async function startDistributed(options: DistributedOptions): Promise<DistributedStack> {
  const { gateways, syncs, rooms = 1, auths = 1, environment = {}, wired = [], seed = 1, quick = true, redisUrl } = options
  const [redis, nats, postgres] = await Promise.all([options.redis ?? startRedis({ appendonly: true }), startNats(), startPostgres()])
  const [authDatabase, roomsDatabase] = await Promise.all([postgres.createDatabase('auth'), postgres.createDatabase('rooms')])
  const places = {
    auth: Array.from({ length: auths }, createPlace),
    rooms: Array.from({ length: rooms }, createPlace),
    sync: Array.from({ length: syncs }, createPlace),
    gateway: gateways.map(createPlace),
  }
  const wires = new Map<string, FaultProxy>()
  /** The port by which the one reaches the other. */
  const through = (wiring: Wiring, from: string, to: string, port: number): number => {
    if (!wired.includes(wiring)) return port
    const proxy = openFaultProxy({ target: port, seed: seed + wires.size })
    wires.set(`${from} > ${to}`, proxy)
    return proxy.port
  }
  const serverUrl = (wiring: Wiring, from: string, { url, port }: { url: string; port: number }): string =>
    url.replace(`:${port}`, `:${through(wiring, from, wiring, port)}`)
  const part = (name: Part, main: string, settings: (at: number) => Readonly<Record<string, string>>) =>
    Promise.all(
      places[name].map(({ port, internalPort }, at) =>
        startApp({
          name: `${name} ${at}`,
          main,
          environment: {
            HOST: '127.0.0.1',
            PORT: `${port}`,
            INTERNAL_PORT: `${internalPort}`,
            ...(name === 'gateway' ? {} : { BUS_URL: serverUrl('nats', `${name} ${at}`, nats) }),
            ...settings(at),
            ...environment[name],
          },
          readyUrls: [`http://127.0.0.1:${internalPort}/health/ready`],
          metricsUrl: `http://127.0.0.1:${internalPort}/metrics`,
        }),
      ),
    )
  const { INTERNAL_SECRET, LINK_SECRET, PASS_KEY, KEY_ENCRYPTION_SECRET } = secrets
  const AUTH_URL = (at: number) => urlOf(turnOf(places.auth, at).port)
  const [authApps, roomsApps, syncApps, gatewayApps] = await Promise.all([
    part('auth', 'services/auth/src/main.ts', (at) => ({
      DATABASE_URL: serverUrl('postgres', `auth ${at}`, { url: authDatabase, port: postgres.port }),
      INTERNAL_SECRET,
      KEY_ENCRYPTION_SECRET,
    })),
    part('rooms', 'services/rooms/src/main.ts', (at) => ({
      DATABASE_URL: serverUrl('postgres', `rooms ${at}`, { url: roomsDatabase, port: postgres.port }),
      INTERNAL_SECRET,
      AUTH_URL: AUTH_URL(at),
      LIMIT_GUESSES_PER_ADDRESS: '10000',
    })),
    part('sync', 'services/sync/src/main.ts', (at) => ({
      REDIS_URL: redisUrl ?? serverUrl('redis', `sync ${at}`, redis),
      INTERNAL_SECRET,
      LINK_SECRET,
      PASS_KEY,
      AUTH_URL: AUTH_URL(at),
      ROOMS_INTERNAL_URL: urlOf(turnOf(places.rooms, at).internalPort),
      ...(quick ? quickSync : {}),
      ...generousLimits,
    })),
    part('gateway', 'gateway/src/main.ts', (at) => ({
      AUTH_URL: AUTH_URL(at),
      ROOMS_URL: urlOf(turnOf(places.rooms, at).port),
      SYNC_URLS: (gateways[at] ?? [])
        .map((node) => `ws://127.0.0.1:${through('links', `gateway ${at}`, `sync ${node}`, turnOf(places.sync, node).internalPort)}`)
        .join(),
      INTERNAL_SECRET,
      LINK_SECRET,
      ...(quick ? quickGateway : {}),
      ...generousLimits,
    })),
  ])
  const processes = [...gatewayApps, ...syncApps, ...roomsApps, ...authApps]
  return {
    httpUrls: places.gateway.map(({ port }) => urlOf(port)),
    socketUrls: places.gateway.map(({ port }, at) => `ws://127.0.0.1:${through('clients', 'client', `gateway ${at}`, port)}`),
    directUrls: places.sync.map(({ port }) => `ws://127.0.0.1:${port}`),
    processes,
    gateways: gatewayApps,
    syncs: syncApps,
    rooms: roomsApps,
    auths: authApps,
    wires,
    wire(from, to) {
      const proxy = wires.get(`${from} > ${to}`)
      if (!proxy) throw new Error(`there is no wire from ${from} to ${to}, only ${[...wires.keys()].join()}`)
      return proxy
    },
    async linked(withinMs = 15_000) {
      const wanted = gateways.map((nodes) => nodes.length).join()
      await until(async () => (await Promise.all(gatewayApps.map((app) => app.metric('gateway_links')))).join() === wanted, { withinMs })
    },
    redis,
    nats,
    postgres,
    authDatabaseUrl: authDatabase,
    roomsDatabaseUrl: roomsDatabase,
    async stop() {
      await Promise.all(processes.map((app) => app.kill()))
      await Promise.all([redis.kill(), nats.kill(), postgres.kill()])
      for (const proxy of wires.values()) proxy.stop()
    },
  }
}

// Leases and heartbeats at a fraction of their defaults: what is told within seconds is here told within moments.
const quickSync = {
  BEAT_MS: '300',
  LEASE_MS: '1500',
  LINK_IDLE_MS: '3000',
  SEEN_MS: '500',
  GRACE_CLEAN_MS: '300',
  GRACE_BROKEN_MS: '3000',
  HOST_GRACE_MS: '1500',
} as const
const quickGateway = { LINK_BEAT_MS: '300', DRAIN_MS: '500' } as const

interface Place {
  readonly port: number
  readonly internalPort: number
}
const createPlace = (): Place => ({ port: freePort(), internalPort: freePort() })
const urlOf = (port: number) => `http://127.0.0.1:${port}`

/** Replicas in turn: the second gateway uses the second auth, if there are two. */
function turnOf(places: readonly Place[], at: number): Place {
  const place = places[at % places.length]
  if (!place) throw new Error('there is none of these')
  return place
}

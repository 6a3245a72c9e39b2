import { join } from 'node:path'
import { startNats, startRedis } from '../../support'
import { startServer } from '../../support/server'
import { tempFolder } from '../../support/temp-folder'
import { createAudience } from './audience'
import { imageSettings, settingsOf } from './image'
import type { System } from './system'

const root = join(import.meta.dir, '..', '..', '..')
const secrets = {
  INTERNAL_SECRET: 'development-internal-secret',
  LINK_SECRET: 'development-link-secret',
  PASS_KEY: 'development-pass-key',
}

export interface MatineeOptions {
  readonly name: string
  /** For each gateway, which sync nodes it knows, by their place. One of each, where nothing else is said. */
  readonly nodesOf?: readonly (readonly number[])[]
  /** Where clients connect. */
  readonly door?: 'gateway' | 'sync'
  /** A folder for CPU profiles, one of each process, written when the system stops. */
  readonly profiles?: string | undefined
}

/** The distributed system on Redis and NATS of its own, without limits. auth and rooms keep SQLite files. */
export async function startMatinee({ name: systemName, nodesOf = [[0]], door = 'gateway', profiles }: MatineeOptions): Promise<System> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()])
  const data = tempFolder('bench')
  const parts: { readonly name: string; readonly pid: number; stop(): Promise<void> }[] = []

  /** Starts one part; its internal port is another free one, which is returned too. */
  const part = async (name: string, main: string, settings: Readonly<Record<string, string>>): Promise<Part> => {
    const internalPort = freePort()
    const variables = {
      ...imageSettings(),
      ...secrets,
      ...settings,
      BUS_URL: nats.url,
      ENVIRONMENT: 'development',
      LIMITS: 'off',
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      INTERNAL_PORT: `${internalPort}`,
      // Longer than any run: nobody comes back with a fresh token.
      ACCESS_TOKEN_TTL_MS: '7200000',
      DRAIN_MS: '0',
    }
    const profile = profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-md', '--cpu-prof-dir', profiles, '--cpu-prof-name', name]
    const server = await startServer({
      name,
      folder: tempFolder(name),
      url: (port) => `http://127.0.0.1:${port}`,
      command: (port) => ['env', ...settingsOf({ ...variables, PORT: `${port}` }), process.execPath, ...profile, join(root, main)],
      async answers() {
        const { ok, status } = await fetch(`http://127.0.0.1:${internalPort}/health/ready`)
        if (!ok) throw new Error(`${name} is not ready: ${status}`)
      },
    })
    parts.unshift({ name, pid: server.pid, stop: () => server.stop() })
    return { url: server.url, port: server.port, internal: `127.0.0.1:${internalPort}` }
  }

  const auth = await part('auth', 'services/auth/src/main.ts', { DATABASE_URL: `sqlite:${data}/auth.db` })
  const rooms = await part('rooms', 'services/rooms/src/main.ts', { DATABASE_URL: `sqlite:${data}/rooms.db`, AUTH_URL: auth.url })
  const syncs: Part[] = []
  for (const node of new Set(nodesOf.flat().sort())) {
    syncs[node] = await part(numbered('sync', node), 'services/sync/src/main.ts', {
      REDIS_URL: redis.url,
      AUTH_URL: auth.url,
      ROOMS_INTERNAL_URL: `http://${rooms.internal}`,
    })
  }
  const gateways: Part[] = []
  for (const [place, nodes] of door === 'sync' ? [] : nodesOf.entries()) {
    gateways[place] = await part(numbered('gateway', place), 'gateway/src/main.ts', {
      AUTH_URL: auth.url,
      ROOMS_URL: rooms.url,
      SYNC_URLS: nodes.map((node) => `ws://${syncs[node]?.internal}`).join(),
    })
  }
  const doors = door === 'sync' ? syncs : gateways
  const audience = createAudience({ authUrl: auth.url, roomsUrl: rooms.url })

  return {
    name: systemName,
    processes: [
      ...parts.map(({ name, pid }) => ({ name, pid })),
      { name: 'redis', pid: redis.pid, isServer: true },
      { name: 'nats', pid: nats.pid, isServer: true },
    ],
    async seats(crowd) {
      const places = await audience.seat(crowd)
      return places.map(({ roomCode, token, room }, place) => ({
        port: doors[place % doors.length]?.port ?? 0,
        path: `/ws/room/${roomCode}/`,
        protocols: `matinee.v1, bearer.${token}`,
        dialect: 'matinee',
        room,
      }))
    },
    async stop() {
      for (const server of parts) await server.stop()
      await Promise.all([redis.stop(), nats.stop()])
    },
  }
}

interface Part {
  readonly url: string
  readonly port: number
  /** Host and port of what is not for clients. */
  readonly internal: string
}

/** The first is known by the part's name alone, as where there is one only. */
const numbered = (part: string, place: number) => (place === 0 ? part : `${part} ${place + 1}`)

function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}

import { join } from 'node:path'
import { startNats, startRedis } from '../../support'
import { startServer, type TestServer } from '../../support/server'
import { tempFolder } from '../../support/temp-folder'
import { createAudience } from './audience'
import type { System, SystemProcess } from './system'

const root = join(import.meta.dir, '..', '..', '..')
const secrets = {
  INTERNAL_SECRET: 'development-internal-secret',
  LINK_SECRET: 'development-link-secret',
  PASS_KEY: 'development-pass-key',
}

export interface MatineeOptions {
  /** A folder for CPU profiles, one of each process, written when the system stops. */
  readonly profiles?: string | undefined
}

/** The distributed system, one process of each part, on Redis and NATS of its own, without limits. auth and rooms keep SQLite files. */
export async function startMatinee({ profiles }: MatineeOptions): Promise<System> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()])
  const data = tempFolder('bench')
  const parts: (TestServer & { readonly name: string })[] = []

  /** Starts one part; its internal port is another free one, which is returned too. */
  const part = async (name: string, main: string, settings: Readonly<Record<string, string>>) => {
    const internalPort = freePort()
    const variables = {
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
    parts.unshift(Object.assign(server, { name }))
    return { url: server.url, port: server.port, internal: `127.0.0.1:${internalPort}` }
  }

  const auth = await part('auth', 'services/auth/src/main.ts', { DATABASE_URL: `sqlite:${data}/auth.db` })
  const rooms = await part('rooms', 'services/rooms/src/main.ts', { DATABASE_URL: `sqlite:${data}/rooms.db`, AUTH_URL: auth.url })
  const sync = await part('sync', 'services/sync/src/main.ts', {
    REDIS_URL: redis.url,
    AUTH_URL: auth.url,
    ROOMS_INTERNAL_URL: `http://${rooms.internal}`,
  })
  const gateway = await part('gateway', 'gateway/src/main.ts', {
    AUTH_URL: auth.url,
    ROOMS_URL: rooms.url,
    SYNC_URLS: `ws://${sync.internal}`,
  })
  const audience = createAudience(gateway.url)
  const processOf = (name: string, { pid }: TestServer): SystemProcess => ({ name, pid })

  return {
    name: 'Matinee',
    processes: [...parts.map((server) => processOf(server.name, server)), processOf('redis', redis), processOf('nats', nats)],
    async seats(shape) {
      const places = await audience.seat(shape)
      return places.map(({ roomCode, token, room }) => ({
        port: gateway.port,
        path: `/ws/room/${roomCode}/`,
        protocols: `matinee.v1, bearer.${token}`,
        room,
      }))
    },
    async stop() {
      for (const server of parts) await server.stop()
      await Promise.all([redis.stop(), nats.stop()])
    },
  }
}

const settingsOf = (variables: Readonly<Record<string, string>>) => Object.entries(variables).map(([name, value]) => `${name}=${value}`)

function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}

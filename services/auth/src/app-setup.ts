import { createMemoryBus } from '@matinee/bus/memory'
import { type AnyCloudEvent, type AuthEvent, Problem, Session } from '@matinee/contracts'
import { clientAddressHeader, internalSecretHeader } from '@matinee/http'
import { createLog, createManualClock } from '@matinee/kernel'
import { tempFolder, until } from '@matinee/test/support'
import { type AuthConfig, composeAuth, defaultAuthConfig } from './compose'

const internalSecret = 'the internal secret of tests'
/** Of this many a test file makes its own, so that counts by address do not meet. */
let addresses = 0

/** A whole auth on a file of its own and a bus in memory, asked as the gateway asks it. */
export async function startAuth(changes: Partial<AuthConfig> = {}) {
  const lines: string[] = []
  const clock = createManualClock(Math.floor(Date.now() / 1000) * 1000)
  const log = createLog({ level: 'debug', service: 'auth', clock, write: (line) => void lines.push(line) })
  const bus = createMemoryBus({ clock, log })
  const config: AuthConfig = {
    ...defaultAuthConfig,
    databaseUrl: `sqlite:${tempFolder('auth')}/auth.db`,
    internalSecret,
    keyEncryptionSecret: undefined,
    ...changes,
  }
  const auth = await composeAuth({ config, bus, log, clock })
  const events: { readonly id: string; readonly type: string; readonly time: string; readonly data: unknown }[] = []
  const types: AuthEvent['type'][] = ['auth.session.revoked', 'auth.user.updated', 'auth.user.removed']
  const handler = async ({ id, type, time, data }: AnyCloudEvent) => void events.push({ id, type, time, data })
  const following = bus.follow({ stream: 'AUTH', types, sinceMs: 0, handler })
  await following.ready

  const address = `192.0.2.${++addresses}`
  const send = (method: string, path: string, { token, from = address, ...rest }: SendOptions = {}) => {
    const body = 'json' in rest ? JSON.stringify(rest.json) : rest.body
    const headers = new Headers({ [internalSecretHeader]: internalSecret, [clientAddressHeader]: from, ...rest.headers })
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    return auth.fetch(new Request(`http://auth${path}`, { method, headers, ...(body === undefined ? {} : { body }) }))
  }
  const session = async (path: string, json: unknown, from?: string) => {
    const response = await send('POST', path, { json, ...(from ? { from } : {}) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return Session.parse(await response.json())
  }
  return {
    auth,
    bus,
    clock,
    config,
    lines,
    send,
    events,
    /** Resolves when so many events have been published, whole but for their envelopes. */
    published: async (count: number) => {
      await until(() => events.length >= count)
      return events
    },
    register: (email = 'ana@example.org', display_name = 'Ana') =>
      session('/api/auth/register/', { email, password: 'a good password', display_name }),
    login: (password = 'a good password', email = 'ana@example.org') => session('/api/auth/login/', { email, password }),
    guest: (display_name = 'Ben') => session('/api/auth/guest/', { display_name }),
    refresh: (refresh_token: string) => session('/api/auth/refresh/', { refresh_token }),
    status: async (method: string, path: string, options: SendOptions = {}) => (await send(method, path, options)).status,
    async stop() {
      await auth.stop()
      await bus.close()
    },
  }
}
export type Started = Awaited<ReturnType<typeof startAuth>>

interface SendOptions {
  readonly token?: string
  readonly json?: unknown
  readonly body?: string
  readonly from?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a refusal says: its status and code. */
export async function refusal(response: Response) {
  const { code, errors } = Problem.parse(await response.json())
  return { status: response.status, code, ...(errors ? { fields: errors.map(({ field }) => field) } : {}) }
}

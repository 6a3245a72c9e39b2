import { createInternalSecret, createMetrics, type Upstream } from '@matinee/http'
import { createLog, createManualClock, Refusal } from '@matinee/kernel'
import * as z from 'zod'
import { type Connection, createApp } from './app'
import { type GatewayConfig, readEmbeddedGatewayConfig } from './config'
import type { WatchPage } from './page/watch-page'
import type { Service } from './routes'

export const internalSecret = 'development-internal-secret'
/** A documentation address (RFC 5737): nobody's proxy. */
export const strangerAddress = '203.0.113.7'
export const proxyAddress = '10.0.0.2'

/** The configuration of the embedded run on a free port, but for `changes`. */
export const testConfig = (changes: Partial<GatewayConfig> = {}): GatewayConfig => ({
  ...readEmbeddedGatewayConfig(
    { PORT: '0', ALLOWED_ORIGINS: 'https://watch.example', TRUSTED_PROXIES: '10.0.0.0/8' },
    internalSecret,
    z.object({}),
  ).gateway,
  ...changes,
})

export interface TestAppOptions {
  readonly config?: Partial<GatewayConfig>
  /** Both services, unless it looks at which one is asked. */
  readonly answer?: (request: Request) => Response | Promise<Response>
  readonly watchPage?: WatchPage | undefined
}

/** The whole app over two services that are functions. Tokens are the ids of the users they speak for; `bad` is no token. */
export function createTestApp({ config, watchPage, answer = () => Response.json({ ok: true }) }: TestAppOptions = {}) {
  const clock = createManualClock()
  const metrics = createMetrics({ service: 'gateway' })
  const lines: string[] = []
  const asked: { readonly service: Service; readonly request: Request; readonly body: string }[] = []
  let upgraded = 0
  const upstream =
    (service: Service): Upstream =>
    async (request) => {
      asked.push({ service, request, body: await request.clone().text() })
      return answer(request)
    }

  const app = createApp({
    config: testConfig(config),
    upstreams: { auth: upstream('auth'), rooms: upstream('rooms') },
    internalSecret: createInternalSecret(internalSecret),
    verifier: {
      async verify(token) {
        if (token === 'bad') throw new Refusal('unauthenticated')
        return { userId: token, sessionId: 's', name: 'Ana', isGuest: true, isStaff: false, expiresAtMs: clock.nowMs() + 1_000 }
      },
    },
    watchPage,
    log: createLog({ level: 'debug', service: 'gateway', write: (line) => lines.push(line) }),
    metrics,
    clock,
  })

  const fetch = async (path: string, init: RequestInit = {}, connection: Partial<Connection> = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', 'localhost:8080')
    const response = await app.fetch(new Request(`http://localhost:8080${path}`, { ...init, headers }), {
      peerAddress: strangerAddress,
      upgrade: () => {
        upgraded++
        return undefined
      },
      ...connection,
    })
    // A socket has no answer; 101 cannot be made by hand.
    return response ?? new Response(null, { status: 204, statusText: 'upgraded' })
  }
  /** The code of a refusal's problem body. */
  const codeOf = async (response: Response): Promise<unknown> => Object(await response.clone().json()).code
  return { fetch, codeOf, asked, upgraded: () => upgraded, clock, metrics, lines }
}

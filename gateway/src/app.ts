import {
  createRequestLog,
  type InternalSecret,
  type Metrics,
  problemOf,
  refusalCounter,
  requestIdHeader,
  type TokenVerifier,
  type Upstream,
} from '@matinee/http'
import { type Clock, createRateLimiter, type Log, networkOf, Refusal, unlimited } from '@matinee/kernel'
import { originAllowed } from '@matinee/socket'
import { createClientAddresses } from './client-address'
import type { GatewayConfig } from './config'
import { createCors } from './cors'
import { secure } from './headers'
import { createHostCheck } from './host'
import { createRoomLimit } from './limits/room-limit'
import { addressLimitOf, type LimitName, makesRoom } from './limits/rules'
import type { WatchPage } from './page/watch-page'
import { createPages } from './pages'
import { createProxy } from './proxy'
import { type Route, routeOf, type Service } from './routes'

export interface AppDeps {
  readonly config: GatewayConfig
  readonly upstreams: Readonly<Record<Service, Upstream>>
  readonly internalSecret: InternalSecret
  readonly verifier: Pick<TokenVerifier, 'verify'>
  /** Undefined in a checkout in which it has not been built. */
  readonly watchPage: WatchPage | undefined
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
}

/** The connection a request came over. */
export interface Connection {
  readonly peerAddress: string
  /** Makes the connection a socket; undefined when it is one now. */
  readonly upgrade: () => Promise<Response | undefined> | Response | undefined
}

interface Arrival {
  readonly url: URL
  readonly route: Route
  readonly requestId: string
  readonly clientAddress: string
}

const apiMethods = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']
const pageMethods = ['GET', 'HEAD']
const saneRequestId = /^[A-Za-z0-9._-]{8,64}$/

/** Everything the gateway answers over HTTP, the handshakes of sockets included. It opens nothing. */
export function createApp({ config, upstreams, internalSecret, verifier, watchPage, log, metrics, clock }: AppDeps) {
  const addresses = createClientAddresses(config.trustedProxies)
  const isOurHost = createHostCheck(config.allowedHosts)
  const cors = createCors(config.allowedOrigins)
  const limiter = config.limits ? createRateLimiter({ limits: config.limits, clock }) : unlimited
  const forward = createProxy({ upstreams, internalSecret, maxBodyBytes: config.maxBodyBytes, timeoutMs: config.upstreamTimeoutMs, log })
  const pages = createPages(watchPage)
  const accessLog = createRequestLog({ log, metrics })
  const refused = refusalCounter(metrics)
  const limited = metrics.counter({ name: 'matinee_gateway_limited_total', help: 'Requests refused, by limit.', labelNames: ['limit'] })
  const limitRooms = createRoomLimit({ limiter, verifier, onLimited: () => limited.inc({ limit: 'rooms_created' }) })
  metrics.gauge({
    name: 'matinee_gateway_limit_entries',
    help: 'Entries in the table of limits.',
    collect() {
      this.set(limiter.size)
    },
  })

  const countOne = (name: LimitName, clientAddress: string) => {
    const refused = limiter.refuse(name, networkOf(clientAddress))
    if (!refused) return
    limited.inc({ limit: name })
    throw new Refusal('rate_limited', refused)
  }

  const openSocket = async (request: Request, { clientAddress }: Arrival, { upgrade }: Connection) => {
    countOne('handshakes', clientAddress)
    if (!originAllowed(request.headers, config.allowedOrigins)) throw new Refusal('origin_not_allowed')
    if (request.method !== 'GET' || request.headers.get('upgrade')?.toLowerCase() !== 'websocket') throw new Refusal('upgrade_required')
    return upgrade()
  }

  const askService = (request: Request, arrival: Arrival, service: Service) => {
    const { url, clientAddress } = arrival
    const limit = addressLimitOf(request.method, url.pathname)
    if (limit) countOne(limit, clientAddress)
    const ask = () => forward(request, { ...arrival, service })
    return makesRoom(request.method, url.pathname) ? limitRooms(request, ask) : ask()
  }

  const answer = async (request: Request, arrival: Arrival, connection: Connection): Promise<Response | undefined> => {
    const { route, clientAddress } = arrival
    if (!isOurHost(request.headers.get('host'))) throw new Refusal('misdirected_host')
    const preflight = cors.preflight(request)
    if (preflight) return preflight
    countOne('requests', clientAddress)
    if (route.to === 'nowhere') throw new Refusal('not_found')
    if (route.to === 'socket') return openSocket(request, arrival, connection)
    if (!methodsOf(route).includes(request.method)) throw new Refusal('method_not_allowed')
    if (route.to === 'service') return askService(request, arrival, route.service)
    if (route.to === 'page') return pages(route.page, request)
    const asset = watchPage?.asset(route.name, request)
    if (!asset) throw new Refusal('not_found')
    return asset
  }

  return {
    /** Undefined when the connection has become a socket. Never rejects: what is thrown is answered as a problem. */
    async fetch(request: Request, connection: Connection): Promise<Response | undefined> {
      const startedAtMs = performance.now()
      const trusted = addresses.isTrusted(connection.peerAddress)
      // A Host that is none makes no URL; the host check refuses it.
      const url = URL.parse(request.url) ?? new URL('http://gateway')
      const arrival: Arrival = {
        url,
        route: routeOf(url.pathname),
        requestId: requestIdOf(request, trusted),
        clientAddress: addresses.clientOf(connection.peerAddress, request.headers.get('x-forwarded-for')),
      }

      const response = await answer(request, arrival, connection).catch((error: unknown) => {
        if (!(error instanceof Refusal)) log.error('a bug answered 500', { request_id: arrival.requestId, path: url.pathname, error })
        refused.inc({ code: error instanceof Refusal ? error.code : 'internal' })
        return refusalOf(error, arrival)
      })
      if (response) {
        response.headers.set(requestIdHeader, arrival.requestId)
        cors.permit(request, response.headers)
        secure(response.headers, { keep: keepOf(arrival.route), https: trusted && forwardedProto(request) === 'https' })
      }
      accessLog({
        method: request.method,
        path: url.pathname,
        route: arrival.route.group,
        // A socket has no answer.
        status: response?.status ?? 101,
        startedAtMs,
        requestId: arrival.requestId,
        clientAddress: arrival.clientAddress,
      })
      return response
    },
  }
}

function refusalOf(error: unknown, { requestId, route }: Arrival): Response {
  const code = error instanceof Refusal ? error.code : undefined
  return problemOf(error, {
    requestId,
    ...(code === 'method_not_allowed' ? { allow: methodsOf(route) } : {}),
    ...(code === 'upgrade_required' ? { headers: { upgrade: 'websocket' } } : {}),
  })
}

const methodsOf = (route: Route): readonly string[] => (route.to === 'service' ? apiMethods : pageMethods)

function keepOf(route: Route) {
  if (route.group === 'pages' || route.group === 'keys') return 'as_said'
  return route.group === 'auth' ? 'never' : 'if_said'
}

/** A proxy appends what it saw: the last one is our neighbour's. */
const forwardedProto = (request: Request) => request.headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()

function requestIdOf(request: Request, trusted: boolean): string {
  const given = request.headers.get(requestIdHeader)
  return trusted && given !== null && saneRequestId.test(given) ? given : crypto.randomUUID()
}

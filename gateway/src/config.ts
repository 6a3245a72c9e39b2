import {
  address,
  commaList,
  durationMs,
  type Environment,
  environmentName,
  largeCount,
  port,
  programSettings,
  type RateLimit,
  readConfig,
  serviceUrls,
  settingsIn,
  tokenSettings,
} from '@matinee/kernel'
import { defaultFrameLimit, defaultIdleS } from '@matinee/socket'
import * as z from 'zod'
import { parseNetwork } from './client-address'
import { defaultLimits, type Limits } from './limits/rules'

const defaultPort = 8080
const networks = commaList.refine((items) => items.every((item) => parseNetwork(item) !== undefined), 'must be IP addresses or networks')
const origins = commaList.refine(
  (items) => items.every((item) => originOf(item) !== undefined),
  'must be origins, such as https://watch.example.org',
)

/** What both runs read. */
const settings = (environment: Environment) => ({
  ISSUER: tokenSettings.ISSUER,
  ALLOWED_HOSTS: commaList.default(['localhost']),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: networks.default([]),
  MAX_BODY_BYTES: z.coerce.number().int().min(1_024).default(65_536),
  UPSTREAM_TIMEOUT_MS: durationMs.min(1).max(240_000).default(10_000),
  LIMITS: settingsIn(environment).limits,
  LIMIT_REQUESTS_PER_MIN: largeCount.default(defaultLimits.requests.count),
  LIMIT_GUESTS_PER_MIN: largeCount.default(defaultLimits.guests.count),
  LIMIT_REGISTRATIONS_PER_MIN: largeCount.default(defaultLimits.registrations.count),
  LIMIT_HANDSHAKES_PER_MIN: largeCount.default(defaultLimits.handshakes.count),
  LIMIT_FRAMES_PER_S: largeCount.default(defaultFrameLimit.count),
  LIMIT_FRAMES_BURST: largeCount.default(defaultFrameLimit.burst ?? defaultFrameLimit.count),
  LINK_BEAT_MS: durationMs.min(20).default(1_000),
  PARK_MS: durationMs.default(30_000),
  CLIENT_IDLE_S: z.coerce.number().int().min(2).max(900).default(defaultIdleS),
  MAX_SOCKETS: largeCount.optional(),
  LIMIT_ROOMS_CREATED_PER_H: largeCount.default(defaultLimits.rooms_created.count),
})

/** A process of many parts on somebody's own machine: closed to the network until `HOST` opens it. */
const embeddedEnvironment = (environment: Environment) =>
  z.object({
    ENVIRONMENT: environmentName.default('development'),
    HOST: z.string().default('127.0.0.1'),
    PORT: port.default(defaultPort),
    ...settings(environment),
  })

function distributedEnvironment(environment: Environment) {
  const { ownSecret } = settingsIn(environment)
  return z.object({
    ...programSettings({ port: defaultPort, internalPort: 8081 }),
    ...settings(environment),
    AUTH_URL: serviceUrls,
    ROOMS_URL: serviceUrls,
    SYNC_URLS: commaList.pipe(z.array(address('ws', 'wss').pipe(z.url())).min(1, 'must name at least one sync node')),
    LINK_SECRET: ownSecret,
    DRAIN_MS: durationMs.max(20_000).default(5_000),
    INTERNAL_SECRET: ownSecret,
  })
}

/** How the gateway treats client sockets and the links behind them. */
export interface SocketSettings {
  /** Undefined when limits are off. */
  readonly frameLimit: RateLimit | undefined
  /** How often links are asked for a sign of life. */
  readonly beatMs: number
  /** How long a client's socket may be silent, its answers to pings included. */
  readonly idleS: number
  /** How many may be open at once; undefined: as many as the limit of open files leaves room for. */
  readonly maxSockets?: number | undefined
  /** How long clients stay open while there is no sync node. */
  readonly parkMs: number
  /** Over how long clients are sent away when the gateway goes. */
  readonly drainMs: number
}

/** Settings that both runs share; the embedded run fills them in itself. */
export interface GatewayConfig {
  readonly port: number
  /** The address to bind. */
  readonly host: string
  /** Shown to services and never told to clients; proves that a header is the gateway's. */
  readonly internalSecret: string
  /** Who signs access tokens: their `iss`. */
  readonly issuer: string
  /** Lower-case host names without port. IP literals are always served. */
  readonly allowedHosts: readonly string[]
  /** Origins, as a browser spells them, that may read answers and open sockets. */
  readonly allowedOrigins: readonly string[]
  /** Addresses and networks whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
  readonly maxBodyBytes: number
  readonly upstreamTimeoutMs: number
  /** Undefined when limits are off. */
  readonly limits: Limits | undefined
  readonly sockets: SocketSettings
}

/** Reads the configuration of a gateway of its own, and reports every mistake in it at once. */
export function readGatewayConfig(environment: Environment) {
  const values = readConfig(distributedEnvironment(environment), environment)
  return {
    ...configOf(values, values.INTERNAL_SECRET, values.DRAIN_MS),
    logLevel: values.LOG_LEVEL,
    internalPort: values.INTERNAL_PORT,
    authUrls: values.AUTH_URL,
    roomsUrls: values.ROOMS_URL,
    syncUrls: values.SYNC_URLS,
    linkSecret: values.LINK_SECRET,
  }
}

/**
 * Reads the gateway's part of the embedded run, whose `internalSecret` lives as long as the process, together with
 * what that run needs of its own, so that all mistakes are reported at once.
 */
export function readEmbeddedGatewayConfig<Own extends z.ZodType>(environment: Environment, internalSecret: string, own: Own) {
  const values = readConfig(z.intersection(embeddedEnvironment(environment), own), environment)
  return { gateway: configOf(values, internalSecret, 0), own: values as z.infer<Own> }
}

type Values = z.infer<ReturnType<typeof embeddedEnvironment>>

const configOf = (values: Values, internalSecret: string, drainMs: number): GatewayConfig => ({
  port: values.PORT,
  host: values.HOST,
  internalSecret,
  issuer: values.ISSUER,
  allowedHosts: values.ALLOWED_HOSTS.map((host) => host.toLowerCase()),
  allowedOrigins: values.ALLOWED_ORIGINS.map((origin) => originOf(origin) ?? origin),
  trustedProxies: values.TRUSTED_PROXIES,
  maxBodyBytes: values.MAX_BODY_BYTES,
  upstreamTimeoutMs: values.UPSTREAM_TIMEOUT_MS,
  limits: values.LIMITS ? limitsOf(values) : undefined,
  sockets: {
    frameLimit: values.LIMITS ? { count: values.LIMIT_FRAMES_PER_S, periodMs: 1000, burst: values.LIMIT_FRAMES_BURST } : undefined,
    beatMs: values.LINK_BEAT_MS,
    idleS: values.CLIENT_IDLE_S,
    maxSockets: values.MAX_SOCKETS,
    parkMs: values.PARK_MS,
    drainMs,
  },
})

const limitsOf = (values: Values): Limits => ({
  requests: { ...defaultLimits.requests, count: values.LIMIT_REQUESTS_PER_MIN },
  guests: { ...defaultLimits.guests, count: values.LIMIT_GUESTS_PER_MIN },
  registrations: { ...defaultLimits.registrations, count: values.LIMIT_REGISTRATIONS_PER_MIN },
  handshakes: { ...defaultLimits.handshakes, count: values.LIMIT_HANDSHAKES_PER_MIN },
  rooms_created: { ...defaultLimits.rooms_created, count: values.LIMIT_ROOMS_CREATED_PER_H },
})

/** The origin as a browser spells it, or undefined when the text is more or less than an http(s) origin. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' ? url.origin : undefined
}

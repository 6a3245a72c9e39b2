import {
  address,
  busUrls,
  commaList,
  defaultTokens,
  durationMs,
  type Environment,
  largeCount,
  programSettings,
  type RateLimit,
  readConfig,
  serviceUrls,
  settingsIn,
  smallCount,
  tokenSettings,
} from '@matinee/kernel'
import { defaultFrameLimit, defaultHandshakeLimit } from '@matinee/socket'
import * as z from 'zod'
import { defaultLimits, type LiveLimits } from './live/context'
import { defaultGraces, type Graces } from './live/departures'

/** What both runs of sync need; the embedded run fills it in itself. */
export interface SyncConfig {
  readonly issuer: string
  /** How long an access token is good for at most: sessions that ended longer ago need not be remembered. */
  readonly accessTokenTtlMs: number
  readonly internalSecret: string | undefined
  /** Seals what nodes note on each other's connections; the same on all of them. */
  readonly passKey: string
  readonly limits: LiveLimits
  /** Of a socket on this node's own port; undefined: without limit. */
  readonly frameLimit: RateLimit | undefined
  /** Of an address that opens sockets there; undefined: without limit. */
  readonly handshakeLimit: RateLimit | undefined
  /** How many sockets may be open there at once; undefined: as many as the limit of open files leaves room for. */
  readonly maxSockets?: number | undefined
  /** Origins whose pages may open a socket on this node's own port. */
  readonly allowedOrigins: readonly string[]
  readonly graces: Graces
  /** How often a node says that it is alive. */
  readonly beatMs: number
  /** How long it counts as alive after that. */
  readonly leaseMs: number
  /** How long a link may be silent. */
  readonly linkIdleMs: number
  /** How often it tells who is here. */
  readonly seenMs: number
  /** How often it asks rooms for rows that no fact has brought. */
  readonly healMs: number
}

/** The configuration of an embedded sync, but for its key and its secret. */
export const defaultSyncConfig = {
  ...defaultTokens,
  limits: defaultLimits,
  frameLimit: defaultFrameLimit,
  handshakeLimit: defaultHandshakeLimit,
  allowedOrigins: [],
  graces: defaultGraces,
  beatMs: 2_000,
  // With a beat of another node, and the second in which a crowd is told, within 12 s.
  leaseMs: 9_000,
  // Four beats of a gateway, and some. With a look at the links, each second, and the grace of broken connections within 12 s.
  linkIdleMs: 4_500,
  seenMs: 15_000,
  healMs: 30_000,
} as const satisfies Partial<SyncConfig>

const redisUrl = address('redis', 'rediss').pipe(z.url())

/** Reads the configuration of a distributed sync node, and reports every mistake in it at once. */
export function readSyncConfig(environment: Environment) {
  const values = readConfig(syncEnvironment(environment), environment)
  return {
    logLevel: values.LOG_LEVEL,
    host: values.HOST,
    port: values.PORT,
    internalPort: values.INTERNAL_PORT,
    busUrls: values.BUS_URL,
    redisUrls: values.REDIS_URL,
    authUrls: values.AUTH_URL,
    roomsUrls: values.ROOMS_INTERNAL_URL,
    linkSecret: values.LINK_SECRET,
    issuer: values.ISSUER,
    accessTokenTtlMs: values.ACCESS_TOKEN_TTL_MS,
    internalSecret: values.INTERNAL_SECRET,
    passKey: values.PASS_KEY,
    limits: values.LIMITS
      ? {
          chat: { ...defaultLimits.chat, count: values.LIMIT_CHAT_LINES },
          badFrames: { ...defaultLimits.badFrames, count: values.LIMIT_BAD_FRAMES },
        }
      : { chat: undefined, badFrames: undefined },
    frameLimit: values.LIMITS ? defaultFrameLimit : undefined,
    handshakeLimit: values.LIMITS ? { ...defaultHandshakeLimit, count: values.LIMIT_HANDSHAKES_PER_MIN } : undefined,
    maxSockets: values.MAX_SOCKETS,
    allowedOrigins: values.ALLOWED_ORIGINS,
    graces: { cleanMs: values.GRACE_CLEAN_MS, brokenMs: values.GRACE_BROKEN_MS, hostMs: values.HOST_GRACE_MS },
    beatMs: values.BEAT_MS,
    leaseMs: values.LEASE_MS,
    linkIdleMs: values.LINK_IDLE_MS,
    seenMs: values.SEEN_MS,
    healMs: values.HEAL_MS,
    window: { keptEvents: values.WINDOW_EVENTS, keptMs: values.WINDOW_MS, keptBytes: values.WINDOW_BYTES },
  } as const satisfies SyncConfig & Record<string, unknown>
}

function syncEnvironment(environment: Environment) {
  const { ownSecret, limits } = settingsIn(environment)
  const variables = z.object({
    ...programSettings({ port: 4003, internalPort: 4103 }),
    BUS_URL: busUrls,
    REDIS_URL: commaList.pipe(z.tuple([redisUrl], redisUrl, 'must name at least one server')),
    AUTH_URL: serviceUrls,
    ROOMS_INTERNAL_URL: serviceUrls,
    LINK_SECRET: ownSecret,
    INTERNAL_SECRET: ownSecret,
    PASS_KEY: ownSecret,
    ...tokenSettings,
    ALLOWED_ORIGINS: commaList.default([]),
    LIMITS: limits,
    LIMIT_CHAT_LINES: smallCount.default(defaultLimits.chat.count),
    LIMIT_BAD_FRAMES: smallCount.default(defaultLimits.badFrames.count),
    LIMIT_HANDSHAKES_PER_MIN: largeCount.default(defaultHandshakeLimit.count),
    MAX_SOCKETS: largeCount.optional(),
    GRACE_CLEAN_MS: durationMs.default(defaultGraces.cleanMs),
    GRACE_BROKEN_MS: durationMs.default(defaultGraces.brokenMs),
    HOST_GRACE_MS: durationMs.default(defaultGraces.hostMs),
    BEAT_MS: durationMs.min(50).default(defaultSyncConfig.beatMs),
    LEASE_MS: durationMs.min(200).default(defaultSyncConfig.leaseMs),
    LINK_IDLE_MS: durationMs.min(200).default(defaultSyncConfig.linkIdleMs),
    SEEN_MS: durationMs.min(100).default(defaultSyncConfig.seenMs),
    WINDOW_EVENTS: z.coerce.number().int().min(1).max(50_000).default(2_000),
    WINDOW_MS: durationMs.default(10 * 60_000),
    WINDOW_BYTES: z.coerce.number().int().min(65_536).max(1_073_741_824).default(16_777_216),
    HEAL_MS: durationMs.min(100).default(defaultSyncConfig.healMs),
  })
  // One beat may be lost without the node being taken for gone.
  return variables.refine(({ BEAT_MS, LEASE_MS }) => LEASE_MS >= 2 * BEAT_MS, {
    path: ['LEASE_MS'],
    message: 'must be at least twice BEAT_MS',
  })
}

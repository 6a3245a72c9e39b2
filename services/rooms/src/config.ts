import {
  busUrls,
  defaultTokens,
  type Environment,
  programSettings,
  type RateLimit,
  readConfig,
  serviceUrls,
  settingsIn,
  smallCount,
  tokenSettings,
} from '@matinee/kernel'
import * as z from 'zod'

/** How often secrets may be tried. */
export interface GuessPolicy {
  readonly perUser: RateLimit
  readonly perAddress: RateLimit
}

/** What both runs of rooms need; the embedded run fills it in itself. */
export interface RoomsConfig {
  /** `sqlite:<path of a file>` or `postgres://…`. */
  readonly databaseUrl: string
  readonly issuer: string
  /** How long an access token lives: for that long a session that ended has to be remembered. */
  readonly accessTokenTtlMs: number
  /** Shown by the gateway and by sync; undefined believes nobody. */
  readonly internalSecret: string | undefined
  /** Undefined when limits are off. */
  readonly limits: GuessPolicy | undefined
  /** How many room passwords are hashed or verified at once; each takes 19 MiB. */
  readonly passwordsAtOnce: number
  /** How many more may wait; the next is refused with 503. */
  readonly passwordsWaiting: number
}

/** The configuration of embedded rooms, but for the file and the secret. */
export const defaultRoomsConfig = {
  ...defaultTokens,
  limits: { perUser: { count: 10, periodMs: 60_000 }, perAddress: { count: 30, periodMs: 60_000 } },
  passwordsAtOnce: 2,
  passwordsWaiting: 200,
} as const satisfies Partial<RoomsConfig>

/** Reads the configuration of distributed rooms, and reports every mistake in it at once. */
export function readRoomsConfig(environment: Environment) {
  const values = readConfig(roomsEnvironment(environment), environment)
  return {
    logLevel: values.LOG_LEVEL,
    host: values.HOST,
    port: values.PORT,
    internalPort: values.INTERNAL_PORT,
    busUrls: values.BUS_URL,
    authUrls: values.AUTH_URL,
    databaseUrl: values.DATABASE_URL,
    issuer: values.ISSUER,
    accessTokenTtlMs: values.ACCESS_TOKEN_TTL_MS,
    internalSecret: values.INTERNAL_SECRET,
    limits: values.LIMITS
      ? {
          perUser: { count: values.LIMIT_GUESSES_PER_USER, periodMs: 60_000 },
          perAddress: { count: values.LIMIT_GUESSES_PER_ADDRESS, periodMs: 60_000 },
        }
      : undefined,
    passwordsAtOnce: values.PASSWORDS_AT_ONCE,
    passwordsWaiting: values.PASSWORDS_WAITING,
  } as const satisfies RoomsConfig & Record<string, unknown>
}

function roomsEnvironment(environment: Environment) {
  const { ownSecret, databaseUrl, limits } = settingsIn(environment)
  return z.object({
    ...programSettings({ port: 4002, internalPort: 4102 }),
    DATABASE_URL: databaseUrl,
    BUS_URL: busUrls,
    AUTH_URL: serviceUrls,
    ...tokenSettings,
    INTERNAL_SECRET: ownSecret,
    LIMITS: limits,
    LIMIT_GUESSES_PER_USER: smallCount.default(defaultRoomsConfig.limits.perUser.count),
    LIMIT_GUESSES_PER_ADDRESS: smallCount.default(defaultRoomsConfig.limits.perAddress.count),
    PASSWORDS_AT_ONCE: smallCount.default(defaultRoomsConfig.passwordsAtOnce),
    PASSWORDS_WAITING: smallCount.default(defaultRoomsConfig.passwordsWaiting),
  })
}

import {
  busUrls,
  defaultTokens,
  type Environment,
  programSettings,
  readConfig,
  settingsIn,
  smallCount,
  tokenSettings,
} from '@matinee/kernel'
import * as z from 'zod'
import { defaultLoginLimits, type LoginLimits } from './domain/attempts'

/** What both runs of auth need; the embedded run fills it in itself. */
export interface AuthConfig {
  /** `sqlite:<path of a file>` or `postgres://…`. */
  readonly databaseUrl: string
  readonly issuer: string
  readonly accessTokenTtlMs: number
  /** Shown by the gateway; undefined believes no header. */
  readonly internalSecret: string | undefined
  /** Seals the signing key at rest; undefined for a database file that only its owner can read. */
  readonly keyEncryptionSecret: string | undefined
  /** Undefined when limits are off. */
  readonly limits: LoginLimits | undefined
  /** How many passwords are hashed or verified at once; each takes 19 MiB. */
  readonly passwordsAtOnce: number
  /** How many more may wait; the next is refused with 503. */
  readonly passwordsWaiting: number
}

/** The configuration of an embedded auth, but for its file and its secret. */
export const defaultAuthConfig = {
  ...defaultTokens,
  limits: defaultLoginLimits,
  passwordsAtOnce: 4,
  passwordsWaiting: 128,
} as const satisfies Partial<AuthConfig>

/** Reads the configuration of a distributed auth, and reports every mistake in it at once. */
export function readAuthConfig(environment: Environment) {
  const values = readConfig(authEnvironment(environment), environment)
  return {
    logLevel: values.LOG_LEVEL,
    host: values.HOST,
    port: values.PORT,
    internalPort: values.INTERNAL_PORT,
    busUrls: values.BUS_URL,
    databaseUrl: values.DATABASE_URL,
    issuer: values.ISSUER,
    accessTokenTtlMs: values.ACCESS_TOKEN_TTL_MS,
    internalSecret: values.INTERNAL_SECRET,
    keyEncryptionSecret: values.KEY_ENCRYPTION_SECRET,
    limits: values.LIMITS ? limitsOf(values) : undefined,
    passwordsAtOnce: values.PASSWORDS_AT_ONCE,
    passwordsWaiting: values.PASSWORDS_WAITING,
  } as const satisfies AuthConfig & Record<string, unknown>
}

function authEnvironment(environment: Environment) {
  const { inProduction, ownSecret, databaseUrl, limits } = settingsIn(environment)
  // A single replica in development keeps its key in a file of mode 600.
  const needsKeySecret = inProduction || !environment['DATABASE_URL']?.startsWith('sqlite:')
  return z.object({
    ...programSettings({ port: 4001, internalPort: 4101 }),
    DATABASE_URL: databaseUrl,
    BUS_URL: busUrls,
    ...tokenSettings,
    INTERNAL_SECRET: ownSecret,
    KEY_ENCRYPTION_SECRET: needsKeySecret ? ownSecret : ownSecret.optional(),
    LIMITS: limits,
    LIMIT_WRONG_LOGINS_PER_ACCOUNT: smallCount.default(defaultLoginLimits.perAccount.count),
    LIMIT_WRONG_LOGINS_PER_ADDRESS: smallCount.default(defaultLoginLimits.perAddress.count),
    PASSWORDS_AT_ONCE: smallCount.default(defaultAuthConfig.passwordsAtOnce),
    PASSWORDS_WAITING: smallCount.default(defaultAuthConfig.passwordsWaiting),
  })
}

type Values = z.infer<ReturnType<typeof authEnvironment>>

const limitsOf = (values: Values): LoginLimits => ({
  perAccount: { ...defaultLoginLimits.perAccount, count: values.LIMIT_WRONG_LOGINS_PER_ACCOUNT },
  perAddress: { ...defaultLoginLimits.perAddress, count: values.LIMIT_WRONG_LOGINS_PER_ADDRESS },
})

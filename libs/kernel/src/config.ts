import * as z from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the whole configuration once. Throws one error that names every
 * mistake, never a value: a value may be a secret. An empty string is as if unset.
 */
export function readConfig<Schema extends z.ZodType>(schema: Schema, environment: Environment): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(all)'}: ${issue.message}`)
  throw new Error(`The configuration is not valid:\n${mistakes.join('\n')}`)
}

/** An address whose scheme chooses the adapter, such as `postgres://…`. */
export const address = (...schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (value) => schemes.some((scheme) => value.startsWith(`${scheme}:`)),
      `must start with ${schemes.map((scheme) => `${scheme}:`).join(' or ')}`,
    )

export const port = z.coerce.number().int().min(0).max(65_535)
export const durationMs = z.coerce
  .number()
  .int()
  .min(0)
  .max(365 * 24 * 60 * 60 * 1000)
export const onOff = z.enum(['on', 'off']).transform((value) => value === 'on')
export const commaList = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)
export const logLevel = z.enum(['debug', 'info', 'warn', 'error'])
export const environmentName = z.enum(['development', 'production'])

const secret = z.string().min(16, 'must have at least 16 characters')
const isDevelopmentSecret = (value: string): boolean => value.startsWith('development')

/** How many of something at once, or of wrong tries. */
export const smallCount = z.coerce.number().int().min(1).max(10_000)
/** How many of what many do, such as requests or open sockets. */
export const largeCount = z.coerce.number().int().min(1).max(1_000_000)
/** Servers of the bus. */
export const busUrls = commaList.pipe(z.array(address('nats')).min(1, 'must name at least one server'))
/** Where a service is: base addresses, each of which may stand for several replicas. */
export const serviceUrls = commaList
  .pipe(z.array(address('http', 'https').pipe(z.url())).min(1, 'must name at least one address'))
  .refine((urls) => new Set(urls.map((url) => URL.parse(url)?.protocol)).size <= 1, 'must all be http: or all https:')

/** What every program of Matinee's is told about itself. */
export const programSettings = (ports: { readonly port: number; readonly internalPort: number }) => ({
  ENVIRONMENT: environmentName.default('development'),
  LOG_LEVEL: logLevel.default('info'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(ports.port),
  INTERNAL_PORT: port.default(ports.internalPort),
})

/** Of access tokens, where nothing else is set: who signs them, and how long each is good for. */
export const defaultTokens = { issuer: 'matinee', accessTokenTtlMs: 15 * 60_000 } as const

/** What all who make or judge access tokens are told alike. */
export const tokenSettings = {
  ISSUER: z.string().min(1).default(defaultTokens.issuer),
  ACCESS_TOKEN_TTL_MS: durationMs.min(60_000).default(defaultTokens.accessTokenTtlMs),
}

/**
 * Settings of which production takes less. A rule that looks at two settings is in the schema of one, chosen by the other:
 * a rule over the whole object would be silent as long as any single setting is wrong.
 */
export function settingsIn({ ENVIRONMENT: name }: Environment) {
  const inProduction = name === 'production'
  return {
    inProduction,
    ownSecret: secret.refine((value) => !inProduction || !isDevelopmentSecret(value), 'is a development secret; set your own'),
    limits: onOff.refine((on) => on || !inProduction, 'can be off in development only').default(true),
    databaseUrl: address('postgres', 'sqlite').refine(
      (value) => !inProduction || !isDevelopmentSecret(URL.parse(value)?.password ?? ''),
      'has a development password; set your own',
    ),
  }
}

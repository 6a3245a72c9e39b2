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

/** A secret shared between the parts. One that begins with `development` is refused in production. */
export const secret = z.string().min(16, 'must have at least 16 characters')
export const isDevelopmentSecret = (value: string): boolean => value.startsWith('development')
/** Whether the password in an address such as `postgres://user:password@host/database` is one for development. */
export const hasDevelopmentPassword = (value: string): boolean => isDevelopmentSecret(URL.parse(value)?.password ?? '')

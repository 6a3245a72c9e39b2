import type { ValidationError } from 'elysia'
import * as z from 'zod'

export interface FieldMistake {
  readonly field: string
  readonly message: string
}

const maxMistakes = 20
const maxNameLength = 100

/** Which fields a validation found wrong, by dotted path, and why. Never a received value: it may be a password. */
export function fieldsOf(error: ValidationError): readonly FieldMistake[] {
  return mistakesOf(issuesOf(error), error.type)
}

/** The same for a zod error, for input that Elysia did not read. `whole` names the input where the mistake is in no field of it. */
export function mistakesOf(issues: readonly z.core.$ZodIssue[], whole: string): readonly FieldMistake[] {
  return issues.flatMap((issue) => mistake(issue, whole)).slice(0, maxMistakes)
}

function mistake(issue: z.core.$ZodIssue, whole: string): FieldMistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: name([...issue.path, key], whole), message: 'is not a known field' }))
  }
  return [{ field: name(issue.path, whole), message: issue.message }]
}

function name(path: readonly PropertyKey[], whole: string): string {
  return path.map(String).join('.').slice(0, maxNameLength) || whole
}

function issuesOf(error: ValidationError): readonly z.core.$ZodIssue[] {
  // Elysia wraps a standard schema; its own `all` has lost the keys that were not recognized.
  const validator: unknown = error.validator
  const schema = validator instanceof z.ZodType ? validator : (validator as { schema?: unknown }).schema
  if (!(schema instanceof z.ZodType)) return []
  return schema.safeParse(error.value).error?.issues ?? []
}

/** As much of JSON Schema as zod writes for the contracts. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
}

/** The TypeScript type of what a schema allows, written out; `nameOf` gives the name of a definition that has one, others are written where they stand. */
export function typeText(schema: JsonSchema, nameOf: (definition: string) => string | undefined, definitions = schema.$defs ?? {}): string {
  const text = (inner: JsonSchema) => typeText(inner, nameOf, definitions)
  if (schema.$ref !== undefined) {
    const definition = schema.$ref.replace('#/$defs/', '')
    return nameOf(definition) ?? text(definitions[definition] ?? {})
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const options = schema.anyOf ?? schema.oneOf
  if (options) return options.map((option) => `(${text(option)})`).join(' | ')
  if (schema.allOf) return schema.allOf.map((part) => `(${text(part)})`).join(' & ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => `(${text({ ...schema, type })})`).join(' | ')
  switch (schema.type) {
    case 'object':
      return objectText(schema, text)
    case 'array':
      return `(${text(schema.items ?? {})})[]`
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    default:
      return 'unknown'
  }
}

function objectText({ properties, required = [], additionalProperties }: JsonSchema, text: (schema: JsonSchema) => string): string {
  if (!properties) return `Record<string, ${typeof additionalProperties === 'object' ? text(additionalProperties) : 'unknown'}>`
  const fields = Object.entries(properties).map(([name, value]) =>
    required.includes(name) ? `${name}: ${text(value)}` : `${name}?: (${text(value)}) | undefined`,
  )
  return `{ ${fields.join('; ')} }`
}

import { anchorOf, escapeHtml, prose } from './html'
import type { JsonSchema } from './json-schema'

/** Bounds that only say “an integer a computer can hold” tell a reader nothing. */
const told = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER

/** The fields of an object as a table; of a union, one table each. Shared schemas are linked, not repeated. */
export function fieldsTable(schema: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): string {
  const resolved = schema.$ref ? (schemas[nameOf(schema.$ref)] ?? {}) : schema
  const options = resolved.anyOf ?? resolved.oneOf ?? resolved.allOf
  if (options && !resolved.properties) return options.map((option) => fieldsTable(option, schemas)).join('<h4>or</h4>')
  const fields = Object.entries(resolved.properties ?? {})
  if (fields.length === 0) return `<p>${typeText(resolved)}</p>`
  const rows = fields.map(
    ([name, field]) =>
      `<tr><td><code>${escapeHtml(name)}</code>${resolved.required?.includes(name) ? '' : ' <span class="soft">optional</span>'}</td><td>${typeText(field)}</td><td>${prose(field.description ?? '')}</td></tr>`,
  )
  return `<div class="wide"><table><thead><tr><th>field</th><th>type</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

/** A schema in a few words, as HTML. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref) return `<a href="#schema-${anchorOf(nameOf(schema.$ref))}">${escapeHtml(nameOf(schema.$ref))}</a>`
  if (schema.const !== undefined) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`
  if (schema.enum) return schema.enum.map((value) => `<code>${escapeHtml(JSON.stringify(value))}</code>`).join(' or ')
  const options = schema.anyOf ?? schema.oneOf
  if (options) return options.map(typeText).join(' or ')
  if (schema.type === 'array') return `list of ${schema.items ? typeText(schema.items) : 'anything'}`
  if (schema.type === 'object' && schema.properties) return `{ ${Object.entries(schema.properties).map(fieldText).join(', ')} }`
  const type = typeof schema.type === 'string' ? schema.type : (schema.type?.join(' or ') ?? 'anything')
  return escapeHtml([type, bounds(schema), schema.format && `(${schema.format})`, defaultText(schema)].filter(Boolean).join(' '))
}

const fieldText = ([name, field]: [string, JsonSchema]) => `<code>${escapeHtml(name)}</code>: ${typeText(field)}`
const defaultText = (schema: JsonSchema) => schema.default !== undefined && `= ${JSON.stringify(schema.default)}`
const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)

function bounds({ minimum, maximum, minLength, maxLength }: JsonSchema): string {
  if (minLength !== undefined || maxLength !== undefined) return `${minLength ?? 0}–${maxLength ?? '…'} characters`
  if (told(minimum) && told(maximum)) return `${minimum}–${maximum}`
  if (told(minimum)) return `≥ ${minimum}`
  return told(maximum) ? `≤ ${maximum}` : ''
}

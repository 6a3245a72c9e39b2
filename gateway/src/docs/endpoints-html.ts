import { fieldsTable } from './fields'
import { anchorOf, escapeHtml, prose } from './html'
import type { JsonSchema } from './json-schema'

/** As much of an OpenAPI document as the page shows. */
export interface ReadOpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, ReadOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

interface ReadOperation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly security: readonly unknown[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: JsonSchema
  }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>

interface Entry {
  readonly path: string
  readonly method: string
  readonly operation: ReadOperation
}

/** Every endpoint, by tag, with what it takes, answers and refuses. */
export function endpointsHtml(document: ReadOpenApi): string {
  const entries = entriesOf(document)
  return (document.tags ?? [])
    .map(({ name, description }) => {
      const own = entries.filter(({ operation }) => operation.tags.includes(name))
      return `<h3>${escapeHtml(name)}</h3><p class="soft">${prose(description ?? '')}</p>${own.map((entry) => endpointHtml(entry, document.components.schemas)).join('')}`
    })
    .join('')
}

/** Links to all endpoints. */
export const endpointLinks = (document: ReadOpenApi): string =>
  entriesOf(document)
    .map((entry) => `<li><a href="#${anchor(entry)}"><code>${entry.method} ${escapeHtml(entry.path)}</code></a></li>`)
    .join('')

function entriesOf({ paths }: ReadOpenApi): Entry[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
}

const anchor = ({ method, path }: Entry) => anchorOf(`${method}-${path}`)

function endpointHtml(entry: Entry, schemas: Readonly<Record<string, JsonSchema>>): string {
  const { path, method, operation } = entry
  const answers = Object.entries(operation.responses)
  const good = answers.filter(([status]) => Number(status) < 400)
  const refused = answers.filter(([status]) => Number(status) >= 400)
  return `<details id="${anchor(entry)}"><summary><span class="method">${method}</span> <code>${escapeHtml(path)}</code><span class="says">${prose(operation.summary)}</span></summary>
<p>${operation.security.length > 0 ? 'Needs an access token.' : 'Needs no access token.'}</p>
${parametersHtml(operation)}${operation.requestBody ? `<h4>Body</h4>${contentHtml(operation.requestBody.content, schemas)}` : ''}
${good.map(([status, { content }]) => `<h4>Answer ${status}</h4>${content ? contentHtml(content, schemas) : '<p>No body.</p>'}`).join('')}
<h4>Refusals</h4><div class="wide"><table><tbody>${refused.map(([status, { description }]) => `<tr><td>${status}</td><td>${prose(description).replaceAll('\n', '<br>')}</td></tr>`).join('')}</tbody></table></div></details>`
}

function parametersHtml({ parameters = [] }: ReadOperation): string {
  if (parameters.length === 0) return ''
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]))
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name)
  return `<h4>Parameters (${escapeHtml([...new Set(parameters.map((parameter) => parameter.in))].join(', '))})</h4>${fieldsTable({ properties, required }, {})}`
}

const contentHtml = (content: Content, schemas: Readonly<Record<string, JsonSchema>>) =>
  Object.values(content)
    .map(({ schema }) => fieldsTable(schema, schemas))
    .join('')

import type { AsyncApi } from './asyncapi'
import { endpointLinks, endpointsHtml, type ReadOpenApi } from './endpoints-html'
import { fieldsTable } from './fields'
import { anchorOf, escapeHtml, page, prose } from './html'
import type { JsonSchema } from './json-schema'
import { frameLinks, liveHtml } from './live-html'

/** Both documents as one page to read. */
export function docsPage(openapi: ReadOpenApi, asyncapi: AsyncApi): string {
  return page({
    title: 'Matinee: the API',
    body: `<h1>The API of Matinee</h1>
<p>${prose(openapi.info.description ?? '')}</p>
<p>Version ${escapeHtml(openapi.info.version)}. For machines: <a href="/api/openapi.json">OpenAPI</a>, <a href="/api/asyncapi.json">AsyncAPI</a>.</p>
<p>Show the access token as <code>Authorization: Bearer &lt;token&gt;</code>. A refusal is <code>application/problem+json</code> with a stable <code>code</code>, with <code>retryable</code>, and with <code>errors</code> that name fields.</p>
<nav><h4>HTTP</h4><ul>${endpointLinks(openapi)}</ul><h4>Live</h4><ul>${frameLinks(asyncapi)}<li><a href="#close-codes">Close codes</a></li></ul></nav>
<h2 id="http">HTTP</h2>${endpointsHtml(openapi)}
<h2 id="live">Live</h2>${liveHtml(asyncapi)}
<h2 id="schemas">Schemas</h2>${schemasHtml({ ...openapi.components.schemas, ...shared(asyncapi) })}`,
  })
}

/** The schemas that several frames use; a frame's own is shown with it. */
const shared = ({ components: { messages, schemas } }: AsyncApi) =>
  Object.fromEntries(Object.entries(schemas).filter(([name]) => !(name in messages)))

const schemasHtml = (schemas: Readonly<Record<string, JsonSchema>>) =>
  Object.entries(schemas)
    .map(
      ([name, schema]) =>
        `<details id="schema-${anchorOf(name)}"><summary><code>${escapeHtml(name)}</code><span class="says">${prose(schema.description ?? '')}</span></summary>${fieldsTable(schema, schemas)}</details>`,
    )
    .join('')

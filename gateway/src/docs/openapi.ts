import { type Endpoint, endpoints, Problem, type RefusalCode, refusals } from '@matinee/contracts'
import { createDocument } from 'zod-openapi'

type Document = ReturnType<typeof createDocument>
type Operation = NonNullable<Parameters<typeof createDocument>[0]['paths']>[string]['get'] & object
export type OpenApi = Document

const tags = [
  { name: 'auth', description: 'Users, guests and their sessions.' },
  { name: 'rooms', description: 'Rooms, who may enter them, and what they watch.' },
  { name: 'keys', description: 'What access tokens are verified with.' },
] as const satisfies readonly { readonly name: Endpoint['tag']; readonly description: string }[]

/** What any request may be answered, beside its own refusals. */
const always: readonly RefusalCode[] = ['unauthenticated', 'misdirected_host', 'rate_limited', 'internal', 'unavailable', 'timed_out']
const withBody: readonly RefusalCode[] = ['invalid_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request']
const withParameters: readonly RefusalCode[] = ['invalid_request']

/** The HTTP API as an OpenAPI 3.1 document, generated from the schemas that validate it. */
export function createOpenApi({ version }: { version: string }): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const endpoint of endpoints) {
    paths[endpoint.path] ??= {}
    Object.assign(paths[endpoint.path] ?? {}, { [endpoint.method.toLowerCase()]: operationOf(endpoint) })
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Matinee',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Watch parties: people meet in a room, one of them drives the video, everybody follows one timeline. ' +
        'Paths work with and without the trailing slash. Unknown fields are refused. The live side is described by `/api/asyncapi.json`.',
    },
    servers: [{ url: '/' }],
    tags: [...tags],
    paths,
    components: {
      securitySchemes: {
        access_token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of a session. One that is shown must be valid even where none is needed.',
        },
      },
    },
  })
}

/** Every refusal an endpoint may answer, each once. */
export function refusalsOf(endpoint: Endpoint): readonly RefusalCode[] {
  const parameters = endpoint.query || endpoint.params ? withParameters : []
  return [...new Set([...endpoint.refusals, ...(endpoint.body ? withBody : parameters), ...always])]
}

function operationOf(endpoint: Endpoint): Operation {
  const { params, query, body, answer, status } = endpoint
  return {
    operationId: operationId(endpoint),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    security: endpoint.authenticated ? [{ access_token: [] }] : [],
    ...(params || query ? { requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) } } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      [`${status}`]: { description: 'Done.', ...(answer ? { content: { 'application/json': { schema: answer } } } : {}) },
      ...problems(refusalsOf(endpoint)),
    },
  }
}

/** One response a status; its examples are the refusals that have it. */
function problems(codes: readonly RefusalCode[]): Operation['responses'] {
  const byStatus = Map.groupBy(codes, (code) => refusals[code].status)
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, sharing]) => [
        `${status}`,
        {
          description: sharing.map((code) => `\`${code}\`: ${refusals[code].message}`).join('\n'),
          content: { 'application/problem+json': { schema: Problem, examples: Object.fromEntries(sharing.map(example)) } },
          ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
        },
      ]),
  )
}

const retryAfter = { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' as const, minimum: 1 } } }

const example = (code: RefusalCode) => {
  const { status, message, retryable } = refusals[code]
  return [code, { value: { type: 'about:blank', title: message, status, code, retryable } }] as const
}

/** `post_api_rooms_create`: stable as long as the endpoint is. */
const operationId = ({ method, path }: Endpoint) =>
  `${method.toLowerCase()}${path
    .replace(/[{}]/g, '')
    .replace(/\/$/, '')
    .replaceAll(/[^a-z_]+/gi, '_')}`

import { expect, test } from 'bun:test'
import { Problem } from '@matinee/contracts'
import { createLog, Refusal } from '@matinee/kernel'
import { Elysia } from 'elysia'
import * as z from 'zod'
import { createApp } from './app'
import { createInternalSecret, internalSecretHeader } from './internal-secret'
import { createMetrics } from './metrics'
import { requestIdOf } from './request-id'

const Body = z.strictObject({ email: z.string().max(10), profile: z.strictObject({ age: z.number() }).optional() })

function setup() {
  const lines: string[] = []
  const metrics = createMetrics({ service: 'cinema' })
  const log = createLog({ level: 'debug', service: 'cinema', write: (line) => void lines.push(line) })
  const app = createApp({ name: 'cinema', log, metrics, internalSecret: createInternalSecret('a secret') })
    .post('/api/things/', ({ body, request }) => ({ body, requestId: requestIdOf(request) }), { body: Body })
    .get('/api/things/:id/', ({ params, status }) => status(201, params))
    .get('/api/list', ({ query }) => query, { query: z.object({ limit: z.coerce.number().max(5) }) })
    // The compiler would not let this through: the cast makes the mistake.
    .get('/api/wrong-answer', () => ({ secret: 'hunter2' }) as never, { response: z.object({ name: z.string() }) })
    .get('/api/full', () => {
      throw new Refusal('rate_limited', { retryAfterMs: 1_200 })
    })
    .post('/api/empty/', ({ set }) => {
      set.status = 204
    })
    .use(
      new Elysia({ name: 'cinema.child' }).get('/api/bug', () => {
        throw new Error('ana@example.org already exists')
      }),
    )
  const send = (
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer> | ReadableStream,
    headers: Record<string, string> = {},
  ) =>
    app.handle(
      new Request(`http://cinema${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    )
  return { app, send, lines, metrics, logged: (requests = 1) => logged(lines, requests) }
}

/** The access log is written after the answer has gone: wait for that turn of the loop. */
async function logged(lines: readonly string[], requests: number): Promise<(Record<string, unknown> & { duration_ms?: number })[]> {
  const written = () => lines.filter((line) => line.includes('"message":"request"')).length >= requests
  while (!written()) await new Promise((resolve) => setImmediate(resolve))
  return lines.map((line) => JSON.parse(line))
}

const problem = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return Problem.parse(await response.json())
}

test('a body of wrong types is 422 and names each field by its dotted path, unknown ones too', async () => {
  const { send } = setup()

  const response = await send('POST', '/api/things/', JSON.stringify({ email: 5, profile: { age: 'x', tail: 1 }, extra: true }))

  expect(response.status).toBe(422)
  const { code, errors } = await problem(response)
  expect(code).toBe('invalid_request')
  expect(errors?.map(({ field }) => field).sort()).toEqual(['email', 'extra', 'profile.age', 'profile.tail'])
})

test('a refused body is not echoed, neither in the answer nor in the log', async () => {
  const { send, lines, logged } = setup()

  const response = await send('POST', '/api/things/', JSON.stringify({ email: 'hunter2-hunter2', password: 'hunter2' }))

  expect(await response.text()).not.toContain('hunter2')
  await logged()
  expect(lines.join('')).not.toContain('hunter2')
})

test.each([
  ['broken JSON is 400', '{"email":', 400, 'invalid_json'],
  ['a body that nests too deeply is 422', `{"email":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 422, 'invalid_request'],
  ['bytes that are not UTF-8 are 400', new Uint8Array([0x22, 0xff, 0x22]), 400, 'invalid_json'],
  ['an empty body is 422', '', 422, 'invalid_request'],
  ['a body of null is 422', 'null', 422, 'invalid_request'],
  ['a list is 422', '[]', 422, 'invalid_request'],
])('%s', async (_name, body, status, code) => {
  const { send } = setup()

  const response = await send('POST', '/api/things/', body)

  expect(response.status).toBe(status)
  expect((await problem(response)).code).toBe(code as Problem['code'])
})

test('no body at all, where one is needed, is 422 and names the body', async () => {
  const { send } = setup()

  const response = await send('POST', '/api/things/')

  expect(response.status).toBe(422)
  expect((await problem(response)).errors?.[0]?.field).toBe('body')
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
  'a body of %s is 415',
  async (contentType) => {
    const { send } = setup()

    const response = await send('POST', '/api/things/', 'email=a', { 'content-type': contentType })

    expect(response.status).toBe(415)
    expect((await problem(response)).code).toBe('unsupported_media_type')
  },
)

test('a charset after application/json changes nothing', async () => {
  const { send } = setup()

  const response = await send('POST', '/api/things/', '{"email":"a"}', { 'content-type': 'application/JSON; charset=utf-8' })

  expect(response.status).toBe(200)
})

test('a body that says it is too large is 413 without being read', async () => {
  const { send } = setup()

  const response = await send('POST', '/api/things/', '{}', { 'content-length': '65537' })

  expect(response.status).toBe(413)
  expect((await problem(response)).code).toBe('payload_too_large')
})

test('a body that does not say its length is read no further than the limit', async () => {
  const { send } = setup()
  let pulled = 0
  const endless = new ReadableStream({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(16 * 1024))
    },
  })

  const response = await send('POST', '/api/things/', endless)

  expect(response.status).toBe(413)
  expect((await problem(response)).code).toBe('payload_too_large')
  expect(pulled).toBeLessThan(10)
})

test('a path is served with and without its trailing slash', async () => {
  const { send } = setup()

  const statuses = await Promise.all(
    ['/api/things', '/api/things/'].map(async (path) => (await send('POST', path, '{"email":"a"}')).status),
  )
  const withParameter = await Promise.all(['/api/things/7', '/api/things/7/'].map(async (path) => (await send('GET', path)).status))

  expect(statuses).toEqual([200, 200])
  expect(withParameter).toEqual([201, 201])
})

test('an unknown path is 404; a known one with another method is 405 and says which it takes', async () => {
  const { send } = setup()

  const unknown = await send('GET', '/api/nothing')
  const fixed = await send('DELETE', '/api/things')
  const withParameter = await send('PATCH', '/api/things/7/')

  expect((await problem(unknown)).code).toBe('not_found')
  expect((await problem(fixed)).code).toBe('method_not_allowed')
  expect(fixed.headers.get('allow')).toBe('POST')
  expect(withParameter.status).toBe(405)
  expect(withParameter.headers.get('allow')).toBe('GET')
})

test('a wrong query is 422 and names the field', async () => {
  const { send } = setup()

  const response = await send('GET', '/api/list?limit=50')

  expect((await problem(response)).errors?.[0]?.field).toBe('limit')
})

test('a refusal keeps its code and says in whole seconds, rounded up, when to come back', async () => {
  const { send } = setup()

  const response = await send('GET', '/api/full')

  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await problem(response)).toMatchObject({ code: 'rate_limited', retryable: true, type: 'about:blank' })
})

test('a bug, in a child app too, is 500 with none of its words, and logged whole under the same request id', async () => {
  const { send, logged } = setup()

  const response = await send('GET', '/api/bug', undefined, { authorization: 'Bearer abc' })

  const body = await problem(response)
  expect(response.status).toBe(500)
  expect(JSON.stringify(body)).not.toContain('ana@example.org')
  const line = (await logged()).find(({ level }) => level === 'error')
  expect(line).toMatchObject({ request_id: body.request_id, error: { message: 'ana@example.org already exists' } })
  expect(JSON.stringify(await logged())).not.toContain('Bearer abc')
})

test('an answer that breaks its own schema is our bug: 500, and not shown', async () => {
  const { send, logged } = setup()

  const response = await send('GET', '/api/wrong-answer')

  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('hunter2')
  expect((await logged()).some(({ level }) => level === 'error')).toBe(true)
})

test('a request id of a caller with the internal secret is kept, in the answer and for handlers', async () => {
  const { send } = setup()

  const response = await send('POST', '/api/things/', '{"email":"a"}', { 'x-request-id': 'r-1.a_B', [internalSecretHeader]: 'a secret' })

  expect(response.headers.get('x-request-id')).toBe('r-1.a_B')
  expect(await response.json()).toMatchObject({ requestId: 'r-1.a_B' })
})

test.each([
  ['without the secret', { 'x-request-id': 'mine' }],
  ['with a wrong secret', { 'x-request-id': 'mine', [internalSecretHeader]: 'b secret' }],
  ['that is not sane', { 'x-request-id': 'mine "x"', [internalSecretHeader]: 'a secret' }],
  ['that is too long', { 'x-request-id': 'm'.repeat(65), [internalSecretHeader]: 'a secret' }],
])('a request id %s is replaced', async (_name, headers: Record<string, string>) => {
  const { send } = setup()

  const response = await send('GET', '/api/nothing', undefined, headers)

  const requestId = response.headers.get('x-request-id')
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect((await problem(response)).request_id).toBe(requestId ?? '')
})

test('the access log tells method, path, status, duration and request id, and never the query', async () => {
  const { send, logged, lines } = setup()

  const response = await send('GET', '/api/things/7?token=abc123')

  const line = (await logged()).find(({ message }) => message === 'request')
  expect(line).toMatchObject({ method: 'GET', path: '/api/things/7', status: 201, request_id: response.headers.get('x-request-id') })
  expect(line?.duration_ms).toBeNumber()
  expect(lines.join('')).not.toContain('abc123')
})

test('durations are counted by route pattern; unknown paths and methods share one label', async () => {
  const { send, logged, metrics } = setup()

  await send('GET', '/api/things/7')
  await send('GET', '/api/made/up')
  await logged(2)

  const text = await metrics.text()
  expect(text).toContain('route="/api/things/:id",status="201"')
  expect(text).toContain('route="none",status="404"')
  expect(text).not.toContain('made/up')
  expect(text).not.toContain('things/7')
})

test('a POST without a body may answer 204, whatever content type it names', async () => {
  const { send } = setup()

  const bare = await send('POST', '/api/empty')
  const named = await send('POST', '/api/empty/', '', { 'content-type': 'application/json' })

  expect([bare.status, named.status]).toEqual([204, 204])
})

test('[G14] every refusal is counted by its code', async () => {
  const { send, metrics } = setup()

  await send('GET', '/api/full')
  await send('GET', '/api/full')
  await send('GET', '/api/nowhere')
  await send('GET', '/api/bug')
  await send('GET', '/api/list?limit=3')

  const counted = [...(await metrics.text()).matchAll(/^http_refusals_total\{.*code="(\w+)".*\} (\d+)$/gm)].map(([, code, count]) => [
    code,
    count,
  ])
  expect(counted.sort()).toEqual([
    ['internal', '1'],
    ['not_found', '1'],
    ['rate_limited', '2'],
  ])
})

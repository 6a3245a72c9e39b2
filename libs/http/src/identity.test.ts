import { expect, test } from 'bun:test'
import { Refusal, silentLog } from '@matinee/kernel'
import { Elysia } from 'elysia'
import * as z from 'zod'
import { createApp } from './app'
import { type Identity, identity } from './identity'
import { createInternalSecret } from './internal-secret'
import { createMetrics } from './metrics'

const ana: Identity = { userId: 'u1', sessionId: 's1', name: 'Ana', isGuest: false, isStaff: false, expiresAtMs: 1 }

function setup({ isRevoked = () => false }: { isRevoked?: (sessionId: string) => boolean | Promise<boolean> } = {}) {
  const verify = async (token: string) => {
    if (token === 'down') throw new Refusal('unavailable')
    if (token !== 'good') throw new Refusal('unauthenticated')
    return ana
  }
  const guard = identity({ verifier: { verify }, isRevoked })
  const app = createApp({
    name: 'cinema',
    log: silentLog,
    metrics: createMetrics({ service: 'cinema' }),
    internalSecret: createInternalSecret('s'),
  })
    .use(guard)
    .get('/open', ({ identity }) => ({ name: identity?.name ?? 'nobody' }))
    // That it compiles is the guarantee: `identity` is not undefined here.
    .get('/closed', ({ identity }) => ({ name: identity.name }), { requireIdentity: true })
    .post('/body', ({ identity, body }) => ({ name: identity.name, body }), {
      requireIdentity: true,
      body: z.strictObject({ n: z.number() }),
    })
    .use(new Elysia({ name: 'child' }).use(guard).get('/child', ({ identity }) => identity.name, { requireIdentity: true }))
  return (path: string, authorization?: string, init: RequestInit = {}) =>
    app.handle(
      new Request(`http://cinema${path}`, {
        ...init,
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      }),
    )
}

test('a valid token tells handlers who asks, in child apps too', async () => {
  const get = setup()

  const answers = await Promise.all(['/open', '/closed'].map(async (path) => (await get(path, 'Bearer good')).json()))
  const child = await (await get('/child', 'bearer good')).text()

  expect(answers).toEqual([{ name: 'Ana' }, { name: 'Ana' }])
  expect(child).toBe('Ana')
})

test('without a token an open route answers and a closed one is 401 with WWW-Authenticate', async () => {
  const get = setup()

  const open = await get('/open')
  const closed = await get('/closed')

  expect(await open.json()).toEqual({ name: 'nobody' })
  expect(closed.status).toBe(401)
  expect(closed.headers.get('www-authenticate')).toBe('Bearer')
  expect(await closed.json()).toMatchObject({ code: 'unauthenticated' })
})

test.each(['Bearer bad', 'Bearer', 'Bearer ', 'Basic good', 'good', 'Bearer good good', ''])(
  'a token that is not valid is 401 even where none is needed: %p',
  async (authorization) => {
    const get = setup()

    const response = await get('/open', authorization)

    expect(response.status).toBe(401)
  },
)

test('who has not signed in learns nothing of what the body should be: 401 comes before 422', async () => {
  const get = setup()

  const response = await get('/body', undefined, { method: 'POST', body: '{"n":"x"}' })

  expect(response.status).toBe(401)
})

test('a session that has ended is 401, however the answer comes', async () => {
  const statuses = await Promise.all(
    [() => true, async () => true, async () => false].map(async (isRevoked) => (await setup({ isRevoked })('/open', 'Bearer good')).status),
  )

  expect(statuses).toEqual([401, 401, 200])
})

test('when tokens cannot be verified it is 503 with Retry-After, not 401', async () => {
  const get = setup()

  const response = await get('/closed', 'Bearer down')

  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
})

import { expect, test } from 'bun:test'
import { createLog, silentLog } from '@matinee/kernel'
import * as z from 'zod'
import type { Check } from './health'
import { createInternalApp } from './internal-app'
import { createInternalSecret } from './internal-secret'
import { createMetrics } from './metrics'
import { serve } from './serve'

function setup(checks: readonly Check[], draining = () => false) {
  const secret = createInternalSecret('s')
  const metrics = createMetrics({ service: 'cinema' })
  const app = createInternalApp({
    service: 'cinema',
    version: '1.2.3',
    checks,
    metrics,
    log: silentLog,
    internalSecret: secret,
    draining,
    checkLimitMs: 20,
  }).post('/internal/seats', ({ body }) => body, { body: z.strictObject({ row: z.number() }) })
  const get = (path: string) => app.handle(new Request(`http://cinema${path}`))
  return { app, get, secret, metrics }
}

const required = (name: string, run: Check['run']): Check => ({ name, kind: 'required', run })
const informative = (name: string, run: Check['run']): Check => ({ name, kind: 'informative', run })

test('live answers 200 whatever fails', async () => {
  const { get } = setup([required('database', () => false)], () => true)

  const response = await get('/health/live')

  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'live', service: 'cinema', version: '1.2.3' })
})

test('ready when all checks pass', async () => {
  const { get } = setup([required('database', () => true), informative('nats', async () => true)])

  const response = await get('/health/ready/')

  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ready', checks: { database: 'ok', nats: 'ok' }, degraded: [] })
})

test('an informative check that fails shows as degraded, in the body and in the metrics, and stays ready', async () => {
  const { get } = setup([required('database', () => true), informative('nats', () => Promise.reject(new Error('gone')))])

  const response = await get('/health/ready')

  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ready', checks: { database: 'ok', nats: 'failing' }, degraded: ['nats'] })
  expect(await (await get('/metrics')).text()).toContain('matinee_degraded{check="nats",service="cinema"} 1')
})

test.each<[string, Check['run']]>([
  ['answers no', () => false],
  [
    'throws',
    () => {
      throw new Error('no such table')
    },
  ],
  ['rejects', () => Promise.reject(new Error('refused'))],
  ['does not answer in time', () => new Promise(() => {})],
])('a required check that %s makes it 503', async (_how, run) => {
  const { get } = setup([required('database', run), informative('nats', () => true)])

  const response = await get('/health/ready')

  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ status: 'not_ready', checks: { database: 'failing', nats: 'ok' }, degraded: [] })
})

test('from the moment draining starts it is not ready', async () => {
  let draining = false
  const { get } = setup([required('database', () => true)], () => draining)
  const before = await get('/health/ready')

  draining = true
  const after = await get('/health/ready')

  expect([before.status, after.status]).toEqual([200, 503])
})

test('what a service adds under /internal/ does not exist for who has not the secret, whatever is sent', async () => {
  const { app, secret } = setup([])
  const post = (path: string, headers: Record<string, string>, body = '{"row":1}') =>
    app.handle(new Request(`http://cinema${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }))

  const right = await post('/internal/seats', { ...secret.headers })
  const outsiders = await Promise.all([post('/internal/seats', {}), post('/internal/seats/', {}, '{broken'), post('/internal/nothing', {})])

  expect(right.status).toBe(200)
  for (const response of outsiders) {
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
  }
})

test('a Host that is none is answered 421, and nothing under it is found: it is no bug', async () => {
  const lines: string[] = []
  const log = createLog({ level: 'error', service: 'cinema', write: (line) => void lines.push(line) })
  const [internalSecret, metrics] = [createInternalSecret('s'), createMetrics({ service: 'cinema' })]
  const app = createInternalApp({ service: 'cinema', version: '1.2.3', checks: [], metrics, log, internalSecret })
  const served = serve({ fetch: async (request) => app.handle(request), port: 0, hostname: '127.0.0.1', portSetting: 'PORT' })

  const statuses = []
  for (const host of ['a/b', 'a?', '', 'a:99999', 'localhost'])
    statuses.push((await fetch(`${served.url}/health/live`, { headers: { host } })).status)

  expect(statuses).toEqual([421, 421, 421, 421, 200])
  expect(lines).toEqual([])
  await served.stop()
})

test('metrics are Prometheus text', async () => {
  const { get } = setup([])

  const response = await get('/metrics')

  expect(response.headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
  expect(await response.text()).toMatch(/^process_resident_memory_bytes\{service="cinema"\} \d+$/m)
})

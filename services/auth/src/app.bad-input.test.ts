import { afterAll, beforeAll, expect, test } from 'bun:test'
import { refusal, type Started, startAuth } from './app-setup'

let auth: Started
beforeAll(async () => {
  auth = await startAuth()
  await auth.register()
})
afterAll(() => auth.stop())

const good = { email: 'new@example.org', password: 'a good password', display_name: 'New' }

test.each([
  ['register', { ...good, is_staff: true }, ['is_staff']],
  ['register', { ...good, email: 'no address' }, ['email']],
  ['register', { ...good, email: `${'a'.repeat(250)}@example.org` }, ['email']],
  ['register', { ...good, password: 'short' }, ['password']],
  ['register', { ...good, password: 'x'.repeat(129) }, ['password']],
  ['register', { ...good, display_name: '   ' }, ['display_name']],
  ['register', { ...good, display_name: 'x'.repeat(51) }, ['display_name']],
  ['register', { ...good, display_name: 'A\u202ena' }, ['display_name']],
  ['register', { ...good, display_name: 'A\u200bna' }, ['display_name']],
  ['register', { ...good, email: 5, password: 12345678 }, ['email', 'password']],
  ['register', { email: 'new@example.org' }, ['password', 'display_name']],
  ['login', { email: 'ana@example.org', password: 'x'.repeat(129) }, ['password']],
  ['login', { email: { $ne: null }, password: { $ne: null } }, ['email', 'password']],
  ['login', { email: 'ana@example.org', password: 'a good password', remember: true }, ['remember']],
  ['guest', { display_name: null }, ['display_name']],
  ['guest', {}, ['display_name']],
  ['refresh', { refresh_token: '' }, ['refresh_token']],
  ['refresh', { refresh_token: 'x'.repeat(129) }, ['refresh_token']],
  ['refresh', [], ['body']],
  ['refresh', 'text', ['body']],
])('[AU51] %s refuses %j with 422 and names %j', async (path, json, fields) => {
  const response = await auth.send('POST', `/api/auth/${path}/`, { json })

  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await refusal(response)).toEqual({ status: 422, code: 'invalid_request', fields })
})

test('[AU51] what was refused has changed nothing', async () => {
  await auth.send('POST', '/api/auth/register/', { json: { ...good, is_staff: true } })

  expect(await auth.status('POST', '/api/auth/login/', { json: { email: good.email, password: good.password } })).toBe(401)
})

test.each([
  ['wrong JSON', { body: '{"email":' }, 400, 'invalid_json'],
  ['another type', { body: 'email=ana', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'unsupported_media_type'],
  ['1 MB', { json: { ...good, display_name: 'x'.repeat(1_000_000) } }, 413, 'payload_too_large'],
])('[AU51] a body of %s is refused', async (_name, options, status, code) => {
  expect(await refusal(await auth.send('POST', '/api/auth/register/', options))).toMatchObject({ status, code })
})

test('[AU51] an unknown path is 404, another method 405, each with a problem body', async () => {
  expect(await refusal(await auth.send('GET', '/api/auth/nothing/'))).toEqual({ status: 404, code: 'not_found' })
  expect(await refusal(await auth.send('GET', '/api/auth/login/'))).toEqual({ status: 405, code: 'method_not_allowed' })
})

test('[AU3] neither a password nor a token is in any log line', async () => {
  const session = await auth.login()
  await auth.send('POST', '/api/auth/login/', { json: { email: 'ana@example.org', password: 'hunter2-hunter2' } })
  await auth.send('POST', '/api/auth/login/', { json: { email: 7, password: 'hunter2-hunter2' } })
  await auth.send('GET', '/api/auth/me/', { token: session.access_token })

  const logged = auth.lines.join('')
  expect(logged).toContain('/api/auth/login/')
  for (const secret of ['hunter2-hunter2', 'a good password', session.access_token, session.refresh_token, '$argon2id']) {
    expect(logged).not.toContain(secret)
  }
})

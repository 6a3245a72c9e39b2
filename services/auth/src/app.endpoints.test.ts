import { afterAll, beforeAll, expect, test } from 'bun:test'
import { endpoints } from '@matinee/contracts'
import { type Started, startAuth } from './app-setup'

let auth: Started
beforeAll(async () => {
  auth = await startAuth()
  await auth.register()
})
afterAll(() => auth.stop())

const mine = endpoints.filter(({ tag }) => tag === 'auth' || tag === 'keys')

/** What to send to get the answer that the contract promises; `refresh` needs a token of its own. */
const bodies: Record<string, unknown> = {
  '/api/auth/register/': { email: 'vera@example.org', password: 'a good password', display_name: 'Vera' },
  '/api/auth/login/': { email: 'ana@example.org', password: 'a good password' },
  '/api/auth/guest/': { display_name: 'Ben' },
  '/api/auth/me/': { display_name: 'Benno' },
  '/api/auth/me/upgrade/': { email: 'ben@example.org', password: 'a good password' },
}

test('the contract has endpoints of auth', () => {
  expect(mine.length).toBeGreaterThanOrEqual(10)
})

test.each(mine)('$method $path answers as the contract says', async ({ method, path, authenticated, status, body, answer }) => {
  const { access_token: token, refresh_token } = await auth.guest()
  const json = path === '/api/auth/refresh/' ? { refresh_token } : bodies[path]

  const response = await auth.send(method, path, { ...(authenticated ? { token } : {}), ...(body ? { json } : {}) })

  expect(response.status).toBe(status)
  const text = await response.text()
  if (answer) answer.parse(JSON.parse(text))
  else expect(text).toBe('')
})

test.each(mine.filter(({ authenticated }) => authenticated))('$method $path is 401 without a token', async ({ method, path }) => {
  expect(await auth.status(method, path)).toBe(401)
})

import { afterEach, expect, test } from 'bun:test'
import { refusal, type Started, startAuth } from './app-setup'

let started: Started | undefined
const setup = async (...args: Parameters<typeof startAuth>) => {
  started = await startAuth({
    limits: { perAccount: { count: 3, periodMs: 60_000 }, perAddress: { count: 5, periodMs: 60_000 } },
    ...args[0],
  })
  const { send } = started
  const attempt = (password: string, email = 'ana@example.org', from = '198.51.100.1') =>
    send('POST', '/api/auth/login/', { json: { email, password }, from })
  return { ...started, attempt }
}
afterEach(async () => {
  await started?.stop()
  started = undefined
})

test('[AU21] after too many wrong passwords even the right one is 429 with Retry-After, until that has passed', async () => {
  const { attempt, register, clock } = await setup()
  await register()
  for (let i = 0; i < 3; i++) expect((await attempt('a bad password')).status).toBe(401)

  const limited = await attempt('a good password')
  clock.advance(20_000)
  const later = await attempt('a good password')

  expect(limited.headers.get('retry-after')).toBe('20')
  expect(await refusal(limited)).toEqual({ status: 429, code: 'rate_limited' })
  expect(later.status).toBe(200)
})

test('[AU21] right passwords are not counted', async () => {
  const { attempt, register } = await setup()
  await register()

  for (let i = 0; i < 8; i++) expect((await attempt('a good password')).status).toBe(200)
})

test('[AU21] right passwords at once are not counted either, however many wait for their turn', async () => {
  const { attempt, register } = await setup({ passwordsAtOnce: 3 })
  await register()

  const responses = await Promise.all(Array.from({ length: 20 }, () => attempt('a good password')))

  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
})

test('[AU21] wrong passwords at once are counted at once', async () => {
  const { attempt, register } = await setup()
  await register()

  const responses = await Promise.all(Array.from({ length: 12 }, () => attempt('a bad password')))

  const statuses = responses.map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(3)
  expect(statuses.filter((status) => status === 429)).toHaveLength(9)
})

test('[AU21] guesses from one address at many accounts are limited too, and other addresses are not', async () => {
  const { attempt, register } = await setup()
  await register()
  for (let i = 0; i < 5; i++) expect((await attempt('a bad password', `user${i}@example.org`)).status).toBe(401)

  expect((await attempt('a good password')).status).toBe(429)
  expect((await attempt('a good password', 'ana@example.org', '198.51.100.2')).status).toBe(200)
})

test('[AU20] an unknown e-mail is limited like a known one', async () => {
  const { attempt } = await setup()

  const statuses: number[] = []
  for (let i = 0; i < 4; i++) statuses.push((await attempt('a bad password', i % 2 ? 'NOBODY@example.org' : 'nobody@example.org')).status)

  expect(statuses).toEqual([401, 401, 401, 429])
})

test('[AU25] a current password that is tried counts as a login to the account', async () => {
  const { send, attempt, register } = await setup()
  const { access_token: token } = await register()
  const json = { password: 'a better password', current_password: 'a bad password' }
  for (let i = 0; i < 3; i++) expect((await send('PATCH', '/api/auth/me/', { token, json })).status).toBe(401)

  expect((await send('PATCH', '/api/auth/me/', { token, json })).status).toBe(429)
  expect((await attempt('a good password')).status).toBe(429)
})

test('[AU21] with limits off nothing is counted', async () => {
  const { attempt } = await setup({ limits: undefined })

  for (let i = 0; i < 7; i++) expect((await attempt('a bad password')).status).toBe(401)
})

test('[AU4] a storm of logins is refused with 503 and Retry-After beyond the queue, and costs nobody an attempt', async () => {
  const { attempt, register } = await setup({
    passwordsAtOnce: 1,
    passwordsWaiting: 1,
    limits: { perAccount: { count: 8, periodMs: 60_000 }, perAddress: { count: 99, periodMs: 60_000 } },
  })
  await register()

  const responses = await Promise.all(Array.from({ length: 8 }, () => attempt('a good password')))

  const refused = responses.filter(({ status }) => status === 503)
  expect(refused.length).toBeGreaterThan(0)
  for (const response of refused) {
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await refusal(response)).toEqual({ status: 503, code: 'unavailable' })
  }
  for (let i = 0; i < 8; i++) expect((await attempt('a good password')).status).toBe(200)
})

import { afterEach, expect, test } from 'bun:test'
import { Problem } from '@matinee/contracts'
import { refusal, type Started, startAuth } from './app-setup'

let started: Started | undefined
const setup = async (...args: Parameters<typeof startAuth>) => {
  started = await startAuth(...args)
  return started
}
afterEach(async () => {
  await started?.stop()
  started = undefined
})

test('register answers 201 with a session, and its tokens work', async () => {
  const { send, register } = await setup()

  const session = await register('Ana@Example.org ')
  const me = await send('GET', '/api/auth/me', { token: session.access_token })

  const user = { id: session.user.id, email: 'ana@example.org', display_name: 'Ana', is_guest: false, is_staff: false }
  expect(session).toMatchObject({ user, token_type: 'Bearer', expires_in: 900 })
  expect(me.status).toBe(200)
  expect(me.headers.get('cache-control')).toBe('no-store')
  expect(await me.json()).toEqual(user)
})

test('register answers 201, guest 201, login 200, logout 204 without a body, with and without the trailing slash', async () => {
  const { send, guest } = await setup()
  const json = { email: 'ana@example.org', password: 'a good password', display_name: 'Ana' }
  const login = { email: json.email, password: json.password }
  const ben = await guest()

  expect((await send('POST', '/api/auth/register', { json })).status).toBe(201)
  expect((await send('POST', '/api/auth/guest', { json: { display_name: 'Ben' } })).status).toBe(201)
  expect((await send('POST', '/api/auth/login', { json: login })).status).toBe(200)
  expect((await send('POST', '/api/auth/login/', { json: login })).status).toBe(200)
  const logout = await send('POST', '/api/auth/logout', { token: ben.access_token })
  expect([logout.status, await logout.text()]).toEqual([204, ''])
})

test('[AU1] an address in use is 409 email_taken in any case, and the first account stays as it was', async () => {
  const { send, register, login } = await setup()
  const first = await register('ana@example.org')

  const response = await send('POST', '/api/auth/register/', {
    json: { email: 'ANA@EXAMPLE.ORG', password: 'another password', display_name: 'Eve' },
  })

  expect(await refusal(response)).toEqual({ status: 409, code: 'email_taken' })
  expect((await login()).user).toEqual(first.user)
})

test('[AU2] a guest has a session and no e-mail', async () => {
  const { guest } = await setup()

  const { user } = await guest('  Ben  ')

  expect(user).toMatchObject({ email: null, display_name: 'Ben', is_guest: true, is_staff: false })
})

test('login takes the address in any case and opens a session of its own', async () => {
  const { register, login } = await setup()
  const first = await register()

  const second = await login('a good password', ' ANA@example.ORG')

  expect(second.user).toEqual(first.user)
  expect(second.refresh_token).not.toBe(first.refresh_token)
})

test('[AU20] an unknown e-mail and a wrong password get the same answer', async () => {
  const { send, register } = await setup()
  await register()
  const attempt = (email: string) => send('POST', '/api/auth/login/', { json: { email, password: 'a bad password' } })

  const [wrong, unknown] = [await attempt('ana@example.org'), await attempt('nobody@example.org')]

  const body = async (response: Response) => ({ ...Problem.parse(await response.json()), request_id: '' })
  const headers = (response: Response) => [...response.headers].filter(([name]) => name !== 'x-request-id')
  expect(wrong.status).toBe(401)
  expect(headers(wrong)).toEqual(headers(unknown))
  expect(await body(wrong)).toEqual(await body(unknown))
})

test('a guest cannot log in: there is nothing to log in with', async () => {
  const { send, guest } = await setup()
  await guest()

  for (const email of ['', 'null', 'Ben']) {
    const response = await send('POST', '/api/auth/login/', { json: { email, password: '' } })
    expect(await refusal(response)).toEqual({ status: 401, code: 'invalid_credentials' })
  }
})

test('[AU35] [AU36] after logout the access token is refused at once, the refresh token is dead, and the end is published', async () => {
  const { send, guest, published } = await setup()
  const { user, access_token: token, refresh_token } = await guest()

  expect((await send('POST', '/api/auth/logout/', { token })).status).toBe(204)

  expect(await refusal(await send('GET', '/api/auth/me/', { token }))).toEqual({ status: 401, code: 'unauthenticated' })
  expect(await refusal(await send('POST', '/api/auth/logout/', { token }))).toEqual({ status: 401, code: 'unauthenticated' })
  const refreshed = await send('POST', '/api/auth/refresh/', { json: { refresh_token } })
  expect(await refusal(refreshed)).toEqual({ status: 401, code: 'refresh_invalid' })
  expect(await published(1)).toMatchObject([{ type: 'auth.session.revoked', data: { user_id: user.id } }])
})

test('[AU35] logout ends one session, not the others of the user', async () => {
  const { status, register, login } = await setup()
  const [first, second] = [await register(), await login()]

  await status('POST', '/api/auth/logout/', { token: first.access_token })

  expect(await status('GET', '/api/auth/me/', { token: second.access_token })).toBe(200)
})

test('[AU31] refresh answers a new pair that works, of the same user', async () => {
  const { status, guest, refresh } = await setup()
  const first = await guest()

  const second = await refresh(first.refresh_token)
  const third = await refresh(second.refresh_token)

  expect(new Set([first, second, third].map(({ refresh_token }) => refresh_token)).size).toBe(3)
  expect(new Set([first, second, third].map(({ access_token }) => access_token)).size).toBe(3)
  expect(third.user).toEqual(first.user)
  expect(await status('GET', '/api/auth/me/', { token: third.access_token })).toBe(200)
})

test('[AU32] the old token within 10 s gets the same successor and a working access token, without consequence', async () => {
  const { status, guest, refresh, clock, events } = await setup()
  const { refresh_token: old } = await guest()
  const first = await refresh(old)

  clock.advance(10_000)
  const again = await refresh(old)

  expect(again.refresh_token).toBe(first.refresh_token)
  expect(await status('GET', '/api/auth/me/', { token: again.access_token })).toBe(200)
  expect((await refresh(again.refresh_token)).refresh_token).not.toBe(again.refresh_token)
  expect(events).toEqual([])
})

test('[AU32] two tabs that refresh at once both go on', async () => {
  const { guest, refresh } = await setup()
  const { refresh_token: shared } = await guest()

  const [one, two] = await Promise.all([refresh(shared), refresh(shared)])

  expect(one.refresh_token).toBe(two.refresh_token)
  await refresh(one.refresh_token)
})

test('[AU33] the old token later is 401 refresh_reused and ends the session for everybody', async () => {
  const { send, guest, refresh, clock, published } = await setup()
  const { user, refresh_token: old } = await guest()
  const thief = await refresh(old)

  clock.advance(10_001)
  const reused = await send('POST', '/api/auth/refresh/', { json: { refresh_token: old } })

  expect(await refusal(reused)).toEqual({ status: 401, code: 'refresh_reused' })
  const next = await send('POST', '/api/auth/refresh/', { json: { refresh_token: thief.refresh_token } })
  expect(await refusal(next)).toEqual({ status: 401, code: 'refresh_invalid' })
  expect((await send('GET', '/api/auth/me/', { token: thief.access_token })).status).toBe(401)
  expect(await published(1)).toMatchObject([{ type: 'auth.session.revoked', data: { user_id: user.id } }])
})

test('[AU33] a token of many rotations ago is a copy too', async () => {
  const { send, guest, refresh, clock } = await setup()
  const { refresh_token: oldest } = await guest()
  let latest = oldest
  for (let i = 0; i < 3; i++) {
    latest = (await refresh(latest)).refresh_token
    clock.advance(900_000)
  }

  const response = await send('POST', '/api/auth/refresh/', { json: { refresh_token: oldest } })

  expect(await refusal(response)).toEqual({ status: 401, code: 'refresh_reused' })
})

test('[AU30] [AU34] a session lives for 30 days from its last refresh', async () => {
  const { send, guest, refresh, clock } = await setup()
  const first = await guest()
  const dayMs = 24 * 60 * 60_000

  clock.advance(29 * dayMs)
  const second = await refresh(first.refresh_token)
  clock.advance(29 * dayMs)
  const third = await refresh(second.refresh_token)
  clock.advance(30 * dayMs)

  const late = await send('POST', '/api/auth/refresh/', { json: { refresh_token: third.refresh_token } })
  expect(await refusal(late)).toEqual({ status: 401, code: 'refresh_invalid' })
})

test('[AU34] an unknown refresh token is 401 refresh_invalid', async () => {
  const { send } = await setup()

  const response = await send('POST', '/api/auth/refresh/', { json: { refresh_token: 'never-made' } })

  expect(await refusal(response)).toEqual({ status: 401, code: 'refresh_invalid' })
})

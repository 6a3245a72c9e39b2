import { afterEach, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
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

test('[AU6] a new name is answered, published, and in the tokens made afterwards', async () => {
  const { send, guest, refresh, published } = await setup()
  const { user, access_token: token, refresh_token } = await guest()

  const response = await send('PATCH', '/api/auth/me/', { token, json: { display_name: ' Benno ' } })

  expect(await response.json()).toEqual({ ...user, display_name: 'Benno' })
  expect(await published(1)).toMatchObject([
    { type: 'auth.user.updated', data: { user_id: user.id, display_name: 'Benno', is_guest: true } },
  ])
  const { name } = decodeJwt((await refresh(refresh_token)).access_token)
  expect(name).toBe('Benno')
})

test('[AU6] the same name again answers the user as it is and announces nothing', async () => {
  const { send, guest, events } = await setup()
  const { user, access_token: token } = await guest()

  const response = await send('PATCH', '/api/auth/me', { token, json: { display_name: user.display_name } })

  expect([response.status, await response.json()]).toEqual([200, user])
  expect(events).toEqual([])
})

test('[AU7] a new password replaces the old one, ends the other sessions and keeps this one', async () => {
  const { send, status, register, login, published } = await setup()
  const [mine, other] = [await register(), await login()]

  const response = await send('PATCH', '/api/auth/me/', {
    token: mine.access_token,
    json: { password: 'a better password', current_password: 'a good password' },
  })

  expect(response.status).toBe(200)
  expect(await status('GET', '/api/auth/me/', { token: mine.access_token })).toBe(200)
  expect(await status('GET', '/api/auth/me/', { token: other.access_token })).toBe(401)
  const { sid } = decodeJwt(other.access_token)
  expect(await published(1)).toMatchObject([{ type: 'auth.session.revoked', data: { session_id: sid } }])
  const old = await send('POST', '/api/auth/login/', { json: { email: 'ana@example.org', password: 'a good password' } })
  expect(old.status).toBe(401)
  expect((await login('a better password')).user.id).toBe(mine.user.id)
})

test('[AU7] a wrong current password is 401 and changes nothing, not even the name beside it', async () => {
  const { send, register, login, events } = await setup()
  const { user, access_token: token } = await register()

  const response = await send('PATCH', '/api/auth/me/', {
    token,
    json: { display_name: 'Eve', password: 'a better password', current_password: 'a bad password' },
  })

  expect(await refusal(response)).toEqual({ status: 401, code: 'invalid_credentials' })
  expect((await login()).user).toEqual(user)
  expect(events).toEqual([])
})

test('[AU7] a guest has no password to change', async () => {
  const { send, guest } = await setup()
  const { access_token: token } = await guest()

  const response = await send('PATCH', '/api/auth/me/', { token, json: { password: 'a good password', current_password: '' } })

  expect(await refusal(response)).toEqual({ status: 409, code: 'guest_has_no_password' })
})

test('[AU7] a new password without the current one is 422 and names the field', async () => {
  const { send, register } = await setup()
  const { access_token: token } = await register()

  const response = await send('PATCH', '/api/auth/me/', { token, json: { password: 'a better password' } })

  expect(await refusal(response)).toEqual({ status: 422, code: 'invalid_request', fields: ['current_password'] })
})

test('[AU5] a guest becomes an account under the same id, keeps the session, and can log in', async () => {
  const { send, guest, login, published } = await setup()
  const { user, access_token: token } = await guest()

  const response = await send('POST', '/api/auth/me/upgrade/', { token, json: { email: 'Ben@Example.org', password: 'a good password' } })

  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ ...user, email: 'ben@example.org', is_guest: false })
  expect((await login('a good password', 'ben@example.org')).user.id).toBe(user.id)
  expect((await send('GET', '/api/auth/me/', { token })).status).toBe(200)
  expect(await published(1)).toMatchObject([
    { type: 'auth.user.updated', data: { user_id: user.id, display_name: 'Ben', is_guest: false } },
  ])
})

test('[AU5] an account is not upgraded again, and an address in use is refused', async () => {
  const { send, register, guest } = await setup()
  const [ana, ben] = [await register(), await guest()]
  const upgrade = (token: string, email: string) =>
    send('POST', '/api/auth/me/upgrade/', { token, json: { email, password: 'a good password' } })

  expect(await refusal(await upgrade(ana.access_token, 'other@example.org'))).toEqual({ status: 409, code: 'already_account' })
  expect(await refusal(await upgrade(ben.access_token, 'ANA@example.org'))).toEqual({ status: 409, code: 'email_taken' })
})

test('[AU8] an erased account is gone with its sessions, and its address is free', async () => {
  const { send, status, register, login, published } = await setup()
  const [first, second] = [await register(), await login()]

  const response = await send('DELETE', '/api/auth/me/', { token: first.access_token })

  expect([response.status, await response.text()]).toEqual([204, ''])
  for (const { access_token: token } of [first, second]) expect(await status('GET', '/api/auth/me/', { token })).toBe(401)
  expect(await status('POST', '/api/auth/refresh/', { json: { refresh_token: second.refresh_token } })).toBe(401)
  const types = (await published(3)).map(({ type }) => type).sort()
  expect(types).toEqual(['auth.session.revoked', 'auth.session.revoked', 'auth.user.removed'])
  expect((await register()).user.id).not.toBe(first.user.id)
})

test('[AU51] a change of nothing is 422', async () => {
  const { send, guest } = await setup()
  const { access_token: token } = await guest()

  expect(await refusal(await send('PATCH', '/api/auth/me/', { token, json: {} }))).toMatchObject({ status: 422, code: 'invalid_request' })
})

import { expect, test } from 'bun:test'
import { endpoints } from '@matinee/contracts'
import { createMatinee } from '..'

const [id, other, code] = ['0a000000-0000-4000-8000-00000000000a', '0b000000-0000-4000-8000-00000000000b', '44C69XDM']
const account = { email: 'ana@example.org', password: 'a good password', display_name: 'Ana' }

/** Everything that can be asked for, with what was sent. */
async function askForAll() {
  const asked: { readonly method: string; readonly path: string; readonly body: unknown; readonly signed: boolean }[] = []
  const user = { id, email: null, display_name: 'Ana', is_guest: true, is_staff: false }
  const session = { user, access_token: 'a', token_type: 'Bearer', expires_in: 900, refresh_token: 'r' }
  const fetch = async (url: string, { method = '', body, headers }: RequestInit) => {
    const { pathname } = new URL(url)
    const text = body === undefined || body === null ? undefined : JSON.parse(String(body))
    asked.push({ method, path: pathname.replace(code, '{room_code}'), body: text, signed: new Headers(headers).has('authorization') })
    return Response.json(pathname.startsWith('/api/auth/') ? session : {})
  }
  const { auth, rooms } = createMatinee({ baseUrl: 'http://matinee.test', fetch })
  await auth.register(account)
  await auth.login({ email: account.email, password: account.password })
  await auth.guest({ display_name: 'Ana' })
  await auth.refresh()
  await auth.me()
  await auth.updateMe({ display_name: 'Ana' })
  await auth.upgrade({ email: account.email, password: account.password })
  await rooms.create()
  await rooms.create({ name: 'Friday film', is_private: true, entry_mode: 'PASSWORD' })
  await rooms.join(code, 'secret')
  await rooms.list({ query: 'film', limit: 5 })
  await rooms.get(code)
  await rooms.update(code, { control: 'everyone' })
  await rooms.participants(code)
  await rooms.approve(id, other)
  await rooms.deny(id, other)
  await rooms.setRole(id, other, 'moderator')
  await rooms.transferHost(id, other)
  await rooms.leave(id)
  await rooms.close(id)
  await auth.logout()
  await auth.guest({ display_name: 'Ana' })
  await auth.deleteMe()
  return asked
}

test('every endpoint for users has its function, and no function asks for anything else', async () => {
  const asked = await askForAll()

  const wanted = endpoints.filter(({ tag }) => tag !== 'keys').map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(asked.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual([...wanted].sort())
})

test('what is sent is what the contracts want, with a token where one is needed', async () => {
  const asked = await askForAll()

  const wrong = asked.filter(({ method, path, body, signed }) => {
    const endpoint = endpoints.find((one) => one.method === method && one.path === path)
    if (!endpoint || signed !== endpoint.authenticated) return true
    return endpoint.body ? !endpoint.body.safeParse(body).success : body !== undefined
  })
  expect(wrong).toEqual([])
})

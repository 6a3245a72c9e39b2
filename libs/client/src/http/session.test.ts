import { expect, test } from 'bun:test'
import { createMatinee, MatineeError } from '..'
import type { Caller } from './caller'
import { createSessionKeeper } from './session'

/** A server that knows one user, and counts what it is asked. */
function setup({ expiresIn = 900 } = {}) {
  const asked: string[] = []
  let [generation, away, refreshRefused] = [1, false, false]
  let refreshMayEnd = Promise.resolve()
  let [answerIsLost, usedUp] = [false, '']
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const user = { id: 'ana', email: null, display_name: 'Ana', is_guest: true, is_staff: false }
  const session = () =>
    Response.json({ user, access_token: `a${generation}`, token_type: 'Bearer', expires_in: expiresIn, refresh_token: `r${generation}` })
  const problem = (status: number, code: string, more: object = {}, headers: Record<string, string> = {}) =>
    Response.json({ type: 'about:blank', title: code, status, code, retryable: status >= 500, ...more }, { status, headers })

  const fetch = async (url: string, { headers = {}, body }: RequestInit) => {
    const path = new URL(url).pathname
    const token = new Headers(headers).get('authorization')?.replace('Bearer ', '')
    asked.push(`${path} ${token ?? ''}`.trim())
    await Promise.resolve()
    if (away) throw new TypeError('no route')
    if (path === '/api/auth/guest/') return session()
    if (path === '/api/auth/refresh/') {
      // The body is what the client has just written.
      const { refresh_token } = JSON.parse(String(body)) as { refresh_token: string }
      if (refreshRefused || ![`r${generation}`, usedUp].includes(refresh_token)) return problem(401, 'refresh_invalid')
      if (refresh_token !== usedUp) generation++
      if (answerIsLost) {
        // For a moment the server gives the same answer once more.
        ;[answerIsLost, usedUp] = [false, refresh_token]
        throw new TypeError('connection reset')
      }
      await refreshMayEnd
      return session()
    }
    if (path === '/api/auth/logout/') return new Response(null, { status: 204 })
    if (path === '/api/rooms/create/') {
      const errors = [{ field: 'name', message: 'must not be empty' }]
      return problem(422, 'invalid_request', { errors })
    }
    if (path === '/api/rooms/join/') return problem(429, 'rate_limited', {}, { 'retry-after': '7' })
    return token === `a${generation}` ? Response.json(user) : problem(401, 'unauthenticated')
  }
  const open = () => createMatinee({ baseUrl: 'http://matinee.test/', storage, fetch })
  return {
    asked,
    open,
    kept,
    /** The tokens that are out there are good no longer. */
    expire: () => void generation++,
    goAway: (value: boolean) => {
      away = value
    },
    refuse: () => {
      refreshRefused = true
    },
    /** The next refresh is done, and its answer lost on its way. */
    loseAnswer: () => {
      answerIsLost = true
    },
    /** A refresh is answered only when `end` is called. */
    holdRefresh: () => {
      const { promise, resolve: end } = Promise.withResolvers<void>()
      refreshMayEnd = promise
      return { end }
    },
  }
}

const refreshes = (asked: readonly string[]) => asked.filter((one) => one.startsWith('/api/auth/refresh/')).length
/** As a browser tells a tab that another one has changed what they share; the types of platforms without a page know none of it. */
const tellTabs = () => (globalThis as unknown as EventTarget).dispatchEvent(new Event('storage'))
const rejection = (promise: Promise<unknown>): Promise<MatineeError> =>
  promise.then(
    () => Promise.reject(new Error('it was done')),
    (error) => error,
  )

test('[SE1] a token that is about to expire is refreshed once, however many ask', async () => {
  const { open, asked } = setup({ expiresIn: 30 })
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })

  const tokens = await Promise.all([auth.token(), auth.token(), auth.token()])

  expect(tokens).toEqual(['a2', 'a2', 'a2'])
  expect(refreshes(asked)).toBe(1)
})

test('[SE1] one that is good for longer is given as it is', async () => {
  const { open, asked } = setup()
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })

  expect(await auth.token()).toBe('a1')
  expect(refreshes(asked)).toBe(0)
})

test('[SE2] a call that is refused as unauthenticated is made once more, with a fresh token', async () => {
  const { open, asked, kept } = setup()
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })
  // As if the access token alone had been revoked.
  kept.set('matinee.session', (kept.get('matinee.session') ?? '').replace('"a1"', '"stale"'))

  const user = await open().auth.me()

  expect(user.id).toBe('ana')
  expect(asked.slice(1)).toEqual(['/api/auth/me/ stale', '/api/auth/refresh/', '/api/auth/me/ a2'])
})

test('[SE3] a refresh token that is refused ends the session', async () => {
  const { open, refuse } = setup()
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })
  const seen: unknown[] = []
  auth.user.subscribe((user) => seen.push(user?.id ?? null))
  refuse()

  const error = await rejection(auth.refresh())

  expect(error).toMatchObject({ name: 'MatineeError', code: 'signed_out' })
  expect(seen).toEqual(['ana', null])
  expect(await rejection(auth.me())).toMatchObject({ code: 'signed_out' })
})

test('[SE3] a server that cannot be reached does not', async () => {
  const { open, goAway } = setup()
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })
  goAway(true)
  const error = await rejection(auth.refresh())
  goAway(false)

  expect(error).toMatchObject({ code: 'network', retryable: true, status: 0 })
  expect(auth.user.get()?.id).toBe('ana')
  expect((await auth.me()).id).toBe('ana')
})

test('[SE4] what another tab has refreshed is taken over, and no refresh token is spent twice', async () => {
  const { open, asked } = setup()
  const one = open()
  await one.auth.guest({ display_name: 'Ana' })
  const other = open()
  await one.auth.refresh()

  const user = await other.auth.me()

  expect(user.id).toBe('ana')
  expect(await other.auth.token()).toBe('a2')
  expect(refreshes(asked)).toBe(1)
})

test('[SE4] and so is that it has signed out', async () => {
  const { open, asked } = setup()
  const one = open()
  await one.auth.guest({ display_name: 'Ana' })
  const other = open()
  await one.auth.logout()

  const error = await rejection(other.auth.refresh())

  expect(error.code).toBe('signed_out')
  expect(refreshes(asked)).toBe(0)
})

test('[SE4] where the browser tells of it, who has signed in or out in another tab shows at once', async () => {
  const { open } = setup()
  const [one, other] = [open(), open()]
  const seen: unknown[] = []
  other.auth.user.subscribe((user) => seen.push(user?.id ?? null))

  await one.auth.guest({ display_name: 'Ana' })
  tellTabs()
  await one.auth.logout()
  tellTabs()

  expect(seen).toEqual([null, 'ana', null])
})

test('[SE4] a session that the storage does not keep goes on for as long as the page', async () => {
  const { open, kept } = setup()
  kept.set = () => {
    throw new Error('forbidden')
  }
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })
  tellTabs()

  await auth.refresh()

  expect(auth.user.get()?.id).toBe('ana')
  expect(await auth.token()).toBe('a2')
})

test('[SE7] who signs out while a token is refreshed stays signed out', async () => {
  const { open, asked, holdRefresh } = setup()
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })
  const held = holdRefresh()

  const refreshed = rejection(auth.refresh())
  await auth.logout()
  held.end()

  expect(await refreshed).toMatchObject({ code: 'signed_out' })
  expect(auth.user.get()).toBeNull()
  expect(await rejection(auth.token())).toMatchObject({ code: 'signed_out' })
  expect(refreshes(asked)).toBe(1)
})

test('[SE8] a refresh whose answer was lost is asked for again at once, while the server still gives it', async () => {
  const { open, asked, loseAnswer } = setup()
  const { auth } = open()
  await auth.guest({ display_name: 'Ana' })
  loseAnswer()

  await auth.refresh()

  expect(await auth.token()).toBe('a2')
  expect(refreshes(asked)).toBe(2)
})

test('[SE8] it is not waited for longer than that, but then as long as for any', async () => {
  const waits: (number | undefined)[] = []
  const call: Caller = async ({ withinMs }) => {
    waits.push(withinMs)
    throw new MatineeError('network', 'The server cannot be reached.')
  }
  const keeper = createSessionKeeper({ call, storageKey: 'session', nowMs: () => 0, alone: (work) => work() })
  const user = { id: 'ana', email: null, display_name: 'Ana', is_guest: true, is_staff: false }
  keeper.begin({ user, access_token: 'a', token_type: 'Bearer', expires_in: 900, refresh_token: 'r' })

  const error = await rejection(keeper.freshToken())

  expect(waits).toEqual([4_000, undefined])
  expect(error.code).toBe('network')
  expect(keeper.user.get()).toEqual(user)
})

test('[SE5] a no has its code, its fields, and when to try again', async () => {
  const { open } = setup()
  const { auth, rooms } = open()
  await auth.guest({ display_name: 'Ana' })

  const invalid = await rejection(rooms.create({ name: '' }))
  const limited = await rejection(rooms.join('44C69XDM'))

  expect(invalid).toMatchObject({
    code: 'invalid_request',
    status: 422,
    retryable: false,
    fields: [{ field: 'name', message: 'must not be empty' }],
  })
  expect(limited).toMatchObject({ code: 'rate_limited', status: 429, retryAfterMs: 7_000 })
})

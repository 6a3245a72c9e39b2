import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createMatinee } from './matinee'
import type { SocketLike, WebSocketClass } from './socket'

const whole = globalThis.crypto

// What browsers leave of it in a page that is not secure.
beforeAll(() => setCrypto({ getRandomValues: whole.getRandomValues.bind(whole) }))
afterAll(() => setCrypto(whole))

function setCrypto(value: object): void {
  Object.defineProperty(globalThis, 'crypto', { value, configurable: true, writable: true })
}

test('[SE6] without randomUUID it signs in and opens a room', async () => {
  const opened = Promise.withResolvers<string>()
  const user = { id: 'ana', email: null, display_name: 'Ana', is_guest: true, is_staff: false }
  const session = { user, access_token: 'a', token_type: 'Bearer', expires_in: 900, refresh_token: 'r' }
  class Socket implements SocketLike {
    onopen = null
    onmessage = null
    onclose = null
    onerror = null
    constructor(url: string) {
      opened.resolve(url)
    }
    send() {}
    close() {}
  }

  const matinee = createMatinee({
    baseUrl: 'http://192.168.1.20:8080',
    fetch: async () => Response.json(session),
    WebSocket: Socket as WebSocketClass,
  })
  await matinee.auth.guest({ display_name: 'Ana' })
  const room = matinee.enter('44C69XDM')
  const url = await opened.promise
  room.close()

  expect(url).toBe('ws://192.168.1.20:8080/ws/room/44C69XDM/?lobby=1')
})

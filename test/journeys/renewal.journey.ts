import { expect } from 'bun:test'
import type { Journey } from '../support/journey'

export function renewal(journey: Journey): void {
  journey('a socket goes on under a renewed token, and not under another person’s or session’s', async ({ account, guest }) => {
    const [ana, ben] = [await account('Ana'), await guest('Ben')]
    const { room_code: code } = await ana.create()
    const socket = await ana.enter(code)
    const renewed = await ana.http.refresh(ana.session.refresh_token)
    const elsewhere = await ana.http.login(ana.email, ana.password)

    for (const token of [ben.token, elsewhere.access_token]) {
      socket.send(JSON.stringify({ type: 'AUTH', token }))
      expect((await socket.next('ERROR')).code).toBe('token_mismatch')
    }
    socket.send(JSON.stringify({ type: 'AUTH', token: 'nonsense' }))
    expect((await socket.next('ERROR')).code).toBe('unauthenticated')
    socket.send(JSON.stringify({ type: 'AUTH', token: renewed.access_token }))
    const { expires_at_ms: expiresAtMs } = await socket.next('AUTHENTICATED')

    expect(expiresAtMs).toBe(claimsOf(renewed.access_token).exp * 1000)
    await socket.command({ type: 'CHAT_MESSAGE', message: 'still here' })
  })

  journey('a token may come as a subprotocol or in the query; the answer never repeats it', async ({ guest }) => {
    const ana = await guest('Ana')
    const { room_code: code } = await ana.create()

    const [inProtocol, inQuery] = [await ana.enter(code), await ana.enter(code, { tokenInQuery: true })]

    expect(inProtocol.protocol).toBe('matinee.v1')
    expect(inQuery.protocol).toBe('')
  })
}

const claimsOf = (token: string): { exp: number } => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

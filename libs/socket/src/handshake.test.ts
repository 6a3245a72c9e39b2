import { describe, expect, test } from 'bun:test'
import { originAllowed, readHandshake } from './handshake'

const request = (path: string, headers: Record<string, string> = {}) => new Request(`http://matinee.test${path}`, { headers })

describe('handshake', () => {
  test('the token comes from the subprotocols, and is never the answer', () => {
    const handshake = readHandshake(request('/ws/room/7GQ4KX2M/', { 'sec-websocket-protocol': 'bearer.abc.def, matinee.v1' }))

    expect(handshake).toEqual({ room: '7GQ4KX2M', token: 'abc.def', lobby: false, protocol: 'matinee.v1' })
  })

  test('the token comes from the query, where subprotocols cannot be set', () => {
    expect(readHandshake(request('/ws/room/7GQ4KX2M?token=abc&lobby=1&since=e1.7'))).toEqual({
      room: '7GQ4KX2M',
      token: 'abc',
      lobby: true,
      since: 'e1.7',
    })
  })

  test('what is malformed is named', () => {
    expect(readHandshake(request('/ws/room/a/b'))).toEqual({ invalid: 'room_code' })
    expect(readHandshake(request('/ws/room/7GQ4KX2M/?since=yesterday'))).toEqual({ invalid: 'since' })
    expect(readHandshake(request('/ws/room/7GQ4KX2M/?lobby=yes'))).toEqual({ invalid: 'lobby' })
  })
})

describe('origin', () => {
  test('a page of this host, a listed one, and a program without a page may connect; others may not', () => {
    const from = (origin?: string) =>
      originAllowed(request('/ws/room/X/', { host: 'matinee.test', ...(origin === undefined ? {} : { origin }) }), ['https://app.example'])

    expect(from()).toBe(true)
    expect(from('http://matinee.test')).toBe(true)
    expect(from('https://app.example')).toBe(true)
    expect(from('https://evil.example')).toBe(false)
    expect(from('null')).toBe(false)
  })
})

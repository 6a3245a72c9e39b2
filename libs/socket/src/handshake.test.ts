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
  const from = (origin: string | undefined, host = 'matinee.example:8080') =>
    originAllowed(new Headers(origin === undefined ? { host } : { host, origin }), ['https://watch.example'])

  test('[GW15] pages of the host they ask for, listed origins and programs may open sockets', () => {
    expect(from('http://matinee.example:8080')).toBe(true)
    expect(from('https://watch.example')).toBe(true)
    expect(from(undefined)).toBe(true)
  })

  test('[GW15] nobody else may', () => {
    const others = [
      'https://evil.example',
      'http://matinee.example',
      'http://matinee.example:8081',
      'https://watch.example.evil',
      'null',
      '',
      'file://',
    ]

    expect(others.filter((origin) => from(origin))).toEqual([])
  })
})

import { expect, test } from 'bun:test'
import { mayOpenSocket } from './origin'

const allowed = ['https://watch.example']
const from = (origin: string | undefined, host = 'matinee.example:8080') =>
  mayOpenSocket(new Headers(origin === undefined ? { host } : { host, origin }), allowed)

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

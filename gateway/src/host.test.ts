import { expect, test } from 'bun:test'
import { createHostCheck } from './host'

const isOurs = createHostCheck(['localhost', 'Watch.Example'])

test('[GW1] listed names and IP literals are served at any port', () => {
  const served = [
    'localhost',
    'LOCALHOST:8080',
    'watch.example:443',
    'watch.example.',
    '127.0.0.1:8080',
    '192.168.1.20',
    '[::1]:8080',
    '[fe80::1]',
  ]

  expect(served.filter((host) => !isOurs(host))).toEqual([])
})

test('[GW1] other names, and what is not one host, are refused', () => {
  const odd = ['evil.example', 'watch.example.evil', 'xwatch.example', 'a', '', ' ', '1.1', '127.1', '[::1', '::1', '[localhost]', '.']
  const crafted = [
    'localhost, evil',
    'localhost/admin?',
    'user@localhost',
    'localhost:port',
    'localhost:123456',
    'localhost:99999',
    'localhost\t',
    'localhost#',
  ]

  expect([...odd, ...crafted].filter((host) => isOurs(host))).toEqual([])
  expect(isOurs(null)).toBe(false)
})

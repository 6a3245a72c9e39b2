import { expect, test } from 'bun:test'
import { clientAddress, clientAddressHeader } from './client-address'
import { createInternalSecret, internalSecretHeader } from './internal-secret'

const secret = createInternalSecret('the right secret')
const request = (headers: Record<string, string>) => new Request('http://cinema/', { headers })

test('only the whole secret matches', () => {
  const shown = ['the right secret', 'the right secre', 'the right secret!', 'THE RIGHT SECRET', '', 'x'.repeat(100_000)]

  const matches = shown.map((text) => secret.matches(request({ [internalSecretHeader]: text })))

  expect(matches).toEqual([true, false, false, false, false, false])
  expect(secret.matches(request({}))).toBe(false)
  expect(secret.matches(request(secret.headers))).toBe(true)
})

test('where there is no secret nothing matches, an empty one least of all', () => {
  for (const none of [undefined, '']) {
    const open = createInternalSecret(none)

    expect(open.matches(request({}))).toBe(false)
    expect(open.matches(request({ [internalSecretHeader]: '' }))).toBe(false)
    expect(open.headers).toEqual({})
  }
})

test('a client address is believed with the secret only', () => {
  const told = { [clientAddressHeader]: '203.0.113.7' }

  expect(clientAddress(request({ ...told, ...secret.headers }), secret, '10.0.0.1')).toBe('203.0.113.7')
  expect(clientAddress(request({ ...told, [internalSecretHeader]: 'guess' }), secret, '10.0.0.1')).toBe('10.0.0.1')
  expect(clientAddress(request(told), secret, '10.0.0.1')).toBe('10.0.0.1')
  expect(clientAddress(request(told), secret)).toBe('unknown')
})

test('without the header the caller itself is the client, secret or not', () => {
  expect(clientAddress(request({ ...secret.headers }), secret, '10.0.0.1')).toBe('10.0.0.1')
  expect(clientAddress(request({ ...secret.headers, [clientAddressHeader]: 'x'.repeat(65) }), secret, '10.0.0.1')).toBe('10.0.0.1')
})

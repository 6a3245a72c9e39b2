import { expect, test } from 'bun:test'
import { createClientAddresses, normaliseAddress } from './client-address'

const { clientOf, isTrusted } = createClientAddresses(['10.0.0.0/8', '192.0.2.1', '2001:db8:1::/48', '::ffff:172.16.0.0/108'])

test('[GW2] a stranger speaks for itself alone, whatever it forwards', () => {
  expect(clientOf('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7')
  expect(clientOf('2001:db8:2::1', '198.51.100.1')).toBe('2001:db8:2::1')
})

test('[GW2] a trusted proxy is believed about the hop before it, and that hop no further', () => {
  expect(clientOf('10.0.0.2', '198.51.100.1')).toBe('198.51.100.1')
  expect(clientOf('10.0.0.2', '1.1.1.1, 198.51.100.1')).toBe('198.51.100.1')
})

test('[GW2] a chain of trusted proxies is walked to the first address that is not one', () => {
  expect(clientOf('10.0.0.2', '1.1.1.1, 198.51.100.1, 192.0.2.1, 2001:db8:1::5')).toBe('198.51.100.1')
  expect(clientOf('10.0.0.2', '10.9.9.9')).toBe('10.9.9.9')
})

test('[GW2] what is no address ends the reading', () => {
  for (const garbage of ['unknown', '', ',', '198.51.100.1, evil', '127.1', '0x7f.0.0.1', '2130706433', '999.1.1.1']) {
    expect(clientOf('10.0.0.2', garbage)).toBe('10.0.0.2')
  }
  expect(clientOf('10.0.0.2', null)).toBe('10.0.0.2')
})

test('[GW2] an endless list is read for a bounded number of hops', () => {
  const hops = Array.from({ length: 10_000 }, () => '10.0.0.3').join(',')

  expect(clientOf('10.0.0.2', `198.51.100.1,${hops}`)).toBe('10.0.0.3')
})

test('[GW2] a proxy that is trusted as IPv4 is trusted when it comes as IPv6', () => {
  expect(isTrusted('::ffff:10.0.0.2')).toBe(true)
  expect(isTrusted('172.16.3.4')).toBe(true)
  expect(isTrusted('172.32.3.4')).toBe(false)
  expect(isTrusted('garbage')).toBe(false)
})

test('[GW3] every spelling of an address becomes one', () => {
  expect(['::ffff:198.51.100.1', '198.51.100.1:5000', ' 198.51.100.1 '].map(normaliseAddress)).toEqual(Array(3).fill('198.51.100.1'))
  expect(['2001:DB8:0:0:0:0:0:1', '[2001:db8::1]:443', '2001:db8::1%eth0'].map(normaliseAddress)).toEqual(Array(3).fill('2001:db8::1'))
})

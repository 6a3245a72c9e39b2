import { expect, test } from 'bun:test'
import * as z from 'zod'
import { address, commaList, onOff, port, programSettings, readConfig, serviceUrls, settingsIn } from './config'

const schema = z.object({
  PORT: port.default(80),
  URL: address('nats', 'redis'),
  SECRET: settingsIn({}).ownSecret,
  LIMITS: onOff.default(true),
})

test('every mistake is told at once by its name, and no value is', () => {
  const read = () => readConfig(schema, { PORT: 'hunter2', URL: 'mysql://hunter2', SECRET: 'hunter2', LIMITS: 'hunter2' })

  for (const name of ['PORT', 'URL', 'SECRET', 'LIMITS']) expect(read).toThrow(`  ${name}: `)
  expect(read).not.toThrow('hunter2')
})

test('an empty string is as if unset, and what is set is read as its kind', () => {
  const given = { PORT: '', URL: 'nats://one', SECRET: 'sixteen letters!', LIMITS: 'off', OTHER: 'x' }

  expect(readConfig(schema, given)).toEqual({ PORT: 80, URL: 'nats://one', SECRET: 'sixteen letters!', LIMITS: false })
  expect(commaList.parse(' a, b,,')).toEqual(['a', 'b'])
})

test('production takes no secret of development, not even in an address, and no life without limits', () => {
  const taken = (environment: Record<string, string>) => {
    const { ownSecret, databaseUrl, limits } = settingsIn(environment)
    const tried: [z.ZodType, string][] = [
      [ownSecret, 'development-secret'],
      [ownSecret, 'developed by ourselves'],
      [databaseUrl, 'postgres://a:development-x@db/a'],
      [databaseUrl, 'postgres://a@db/a'],
      [limits, 'off'],
    ]
    return tried.map(([schema, value]) => schema.safeParse(value).success)
  }

  expect(taken({})).toEqual([true, true, true, true, true])
  expect(taken({ ENVIRONMENT: 'production' })).toEqual([false, true, false, true, false])
})

test('a service is at one address or several', () => {
  expect(serviceUrls.parse('http://one:4001, http://two:4001')).toEqual(['http://one:4001', 'http://two:4001'])
  expect([' ', 'memory:', 'http://one,two', 'http://one,https://two'].map((value) => serviceUrls.safeParse(value).success)).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('a program needs not be told anything about itself', () => {
  const read = readConfig(z.object(programSettings({ port: 1, internalPort: 2 })), {})

  expect(read).toEqual({ ENVIRONMENT: 'development', LOG_LEVEL: 'info', HOST: '0.0.0.0', PORT: 1, INTERNAL_PORT: 2 })
})

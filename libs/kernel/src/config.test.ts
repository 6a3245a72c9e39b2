import { expect, test } from 'bun:test'
import * as z from 'zod'
import { address, commaList, hasDevelopmentPassword, isDevelopmentSecret, onOff, port, readConfig, secret } from './config'

const schema = z.object({ PORT: port.default(80), URL: address('nats', 'redis'), SECRET: secret, LIMITS: onOff.default(true) })

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

test('secrets of development are known, in addresses too', () => {
  expect(['development-x', 'developments', 'my development'].map(isDevelopmentSecret)).toEqual([true, true, false])
  expect(['postgres://a:development-x@db/a', 'postgres://a@db/a', 'nonsense'].map(hasDevelopmentPassword)).toEqual([true, false, false])
})

import { expect, test } from 'bun:test'
import { createManualClock } from './clock.manual'
import { createLog, type LogLevel } from './log'

function setup(level: LogLevel = 'debug') {
  const lines: string[] = []
  const log = createLog({ level, service: 'rooms', clock: createManualClock(), write: (line) => void lines.push(line) })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') }
}

test('a line is one JSON object with its time, level and service, and what its log is bound to', () => {
  const { log, lines, last } = setup()

  log.with({ part: 'auth' }).info('two\nlines', { count: 2n })

  expect(last()).toEqual({
    time: '2026-01-01T00:00:00.000Z',
    level: 'info',
    service: 'rooms',
    message: 'two\nlines',
    part: 'auth',
    count: '2',
  })
  expect(lines[0]?.match(/\n/g)).toHaveLength(1)
})

test('fields whose names say that they are secret are not written, however deep', () => {
  const { log, lines } = setup()

  log.info('x', {
    access_token: 'hush',
    Authorization: 'hush',
    deep: [{ roomPassword: 'hush', cookie: 'hush', pass: 'hush', signing_key: 'hush' }],
  })

  expect(lines[0]).not.toContain('hush')
  expect(lines[0]?.match(/\[redacted\]/g)).toHaveLength(6)
})

test('an error is written with its stack and its causes', () => {
  const { log, last } = setup()

  log.error('x', { error: new TypeError('outer', { cause: new Error('inner') }) })

  expect(last().error).toMatchObject({ name: 'TypeError', message: 'outer', cause: { name: 'Error', message: 'inner' } })
  expect(last().error.stack).toContain('log.test.ts')
})

test('lines below the level are not written', () => {
  const { log, lines } = setup('warn')

  log.debug('no')
  log.info('no')
  log.warn('yes')
  log.error('yes')

  expect(lines).toHaveLength(2)
})

import { expect, test } from 'bun:test'
import { createLifecycle } from './lifecycle'
import { createLog, silentLog } from './log'

test('what was started last stops first, each after the other has stopped, and once', async () => {
  const lifecycle = createLifecycle(silentLog)
  const stopped: string[] = []
  for (const name of ['database', 'outbox', 'port']) {
    lifecycle.onStop(name, async () => {
      await Promise.resolve()
      stopped.push(name)
    })
  }

  await Promise.all([lifecycle.stop(), lifecycle.stop()])

  expect(stopped).toEqual(['port', 'outbox', 'database'])
})

test('a part that fails to stop is logged by its name and keeps no other from stopping', async () => {
  const lines: string[] = []
  const lifecycle = createLifecycle(createLog({ level: 'info', service: 'x', write: (line) => void lines.push(line) }))
  let stopped = false
  lifecycle.onStop('database', () => {
    stopped = true
  })
  lifecycle.onStop('outbox', () => Promise.reject(new Error('stuck')))

  await lifecycle.stop()

  expect(stopped).toBe(true)
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', part: 'outbox', error: { message: 'stuck' } })
})

import { expect, test } from 'bun:test'
import { createLifecycle, startTogether } from './lifecycle'
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

test('a start that fails stops what had started by then, and says why', async () => {
  const stopped: string[] = []
  const start = () =>
    startTogether(silentLog, async (lifecycle) => {
      lifecycle.onStop('database', () => void stopped.push('database'))
      lifecycle.onStop('outbox', () => void stopped.push('outbox'))
      throw new Error('the port is taken')
    })

  await expect(start()).rejects.toThrow('the port is taken')

  expect(stopped).toEqual(['outbox', 'database'])
})

test('what is done again and again is done one at a time, and once more after it failed', async () => {
  const lines: string[] = []
  const lifecycle = createLifecycle(createLog({ level: 'info', service: 'x', write: (line) => void lines.push(line) }))
  const [slow, again] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let times = 0
  let ticks = 0
  lifecycle.every('sweep', 1, () => {
    if (++times > 1) again.resolve()
    return slow.promise
  })

  lifecycle.every('ticks', 1, async () => {
    if (++ticks === 5) slow.reject(new Error(`no database, tried ${times} times`))
  })
  await again.promise
  await lifecycle.stop()

  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', part: 'sweep', error: { message: 'no database, tried 1 times' } })
})

test('stopping waits for what is under way', async () => {
  const lifecycle = createLifecycle(silentLog)
  const [started, work] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const order: string[] = []
  lifecycle.every('sweep', 1, async () => {
    started.resolve()
    await work.promise
    order.push('swept')
  })
  await started.promise

  const stopping = lifecycle.stop().then(() => order.push('stopped'))
  work.resolve()
  await stopping

  expect(order).toEqual(['swept', 'stopped'])
})

import { expect, test } from 'bun:test'
import { createLog } from '@matinee/kernel'
import { until } from '@matinee/test/support'
import { repeatToWhoLostIt } from './repetition'

async function setup(repeat: (count: number) => Promise<void> = async () => {}) {
  const lines: string[] = []
  const log = createLog({ level: 'info', service: 'auth', write: (line) => void lines.push(line) })
  const listeners: ((connected: boolean) => void)[] = []
  const tell = (connected: boolean) => {
    for (const listener of listeners) listener(connected)
  }
  let count = 0
  const repetition = await repeatToWhoLostIt({
    bus: { onConnected: (listener) => void listeners.push(listener) },
    announcements: { repeat: () => repeat(++count) },
    log,
  })
  return { lines, tell, repetition, count: () => count }
}

test('[AU54] at the start and at every return of the bus, not when it goes', async () => {
  const { tell, count, repetition } = await setup()
  const atStart = count()

  tell(false)
  tell(true)
  await until(() => count() === 2)
  tell(true)
  await until(() => count() === 3)
  await repetition.stop()
  tell(true)
  await repetition.stop()

  expect([atStart, count()]).toEqual([1, 3])
})

test('[AU54] one that fails later is logged, and the next return tries again; one at the start fails the start', async () => {
  const broken = new Error('no database')
  const { tell, lines, count, repetition } = await setup((time) => (time === 2 ? Promise.reject(broken) : Promise.resolve()))

  tell(true)
  await until(() => lines.join('').includes('no database'))
  tell(true)
  await until(() => count() === 3)

  await repetition.stop()
  await expect(setup(() => Promise.reject(broken))).rejects.toThrow('no database')
})

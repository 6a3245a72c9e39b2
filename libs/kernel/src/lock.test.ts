import { expect, test } from 'bun:test'
import { createLock } from './lock'

test('sections run one after the other, first come first served; one that throws passes the lock on', async () => {
  const lock = createLock()
  const gate = Promise.withResolvers<void>()
  const order: string[] = []

  const first = lock(async () => {
    await gate.promise
    order.push('first')
    throw new Error('broken')
  })
  const second = lock(async () => order.push('second'))
  gate.resolve()

  await expect(first).rejects.toThrow('broken')
  expect(await second).toBe(2)
  expect(order).toEqual(['first', 'second'])
})

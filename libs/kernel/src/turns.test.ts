import { expect, test } from 'bun:test'
import { Refusal } from './refusal'
import { createTurns } from './turns'

test('so many run at once, so many wait, the next is refused without being started', async () => {
  const turn = createTurns({ atOnce: 2, waiting: 3 })
  const gate = Promise.withResolvers<void>()
  let started = 0
  const work = async () => {
    started++
    await gate.promise
  }

  const accepted = [1, 2, 3, 4, 5].map(() => turn(work))
  const refused = turn(work)

  await expect(refused).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 2_000 })
  expect(started).toBe(2)
  gate.resolve()
  await Promise.all(accepted)
  expect(started).toBe(5)
})

test('a computation that fails passes its turn on', async () => {
  const turn = createTurns({ atOnce: 1, waiting: 1 })

  const failing = turn(() => Promise.reject(new Refusal('internal')))
  const next = turn(async () => 'ran')

  await expect(failing).rejects.toThrow()
  expect(await next).toBe('ran')
  expect(await turn(async () => 'ran again')).toBe('ran again')
})

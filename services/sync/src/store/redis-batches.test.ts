import { expect, test } from 'bun:test'
import { createBatches } from './redis-batches'
import type { Script } from './redis-scripts'

const script = (name: string): Script => ({ name, text: '' })
const append = script('append')

/** What is sent, in order, and answered when the test says so. */
function setup() {
  const sent: { readonly script: string; readonly keys: readonly string[]; readonly args: readonly unknown[] }[] = []
  const answers: PromiseWithResolvers<unknown>[] = []
  const batches = createBatches(({ name }, keys, args) => {
    const answer = Promise.withResolvers<unknown>()
    sent.push({ script: name, keys, args })
    answers.push(answer)
    return answer.promise
  })
  return { batches, sent, answers }
}
const endOfTurn = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked in one turn goes in one call, and each hears its own answer', async () => {
  const { batches, sent, answers } = setup()
  const asked = [batches.add('', append, ['one'], ['a', 1]), batches.add('', append, ['two'], ['b', 2])]
  expect(sent).toEqual([])

  await endOfTurn()
  answers[0]?.resolve(['first', 'second'])

  expect(await Promise.all(asked)).toEqual(['first', 'second'])
  expect(sent).toEqual([{ script: 'append', keys: ['one', 'two'], args: ['a', 1, 'b', 2] }])
})

test('groups go apart, and what is asked in the next turn goes by itself', async () => {
  const { batches, sent } = setup()
  void batches.add('north', append, ['one'], [])
  void batches.add('south', append, ['two'], [])
  await endOfTurn()
  void batches.add('north', append, ['three'], [])
  await endOfTurn()

  expect(sent.map(({ keys }) => keys)).toEqual([['one'], ['two'], ['three']])
})

test('another script, and more than 64 calls, make a call of their own, in order', async () => {
  const { batches, sent } = setup()
  for (let i = 0; i < 65; i++) void batches.add('', append, [`${i}`], [])
  void batches.add('', script('other'), ['last'], [])
  await endOfTurn()

  expect(sent.map(({ script, keys }) => [script, keys.length, keys[0]])).toEqual([
    ['append', 64, '0'],
    ['append', 1, '64'],
    ['other', 1, 'last'],
  ])
})

test('what waits is sent at once where something else must not overtake it, and not again', async () => {
  const { batches, sent } = setup()
  void batches.add('', append, ['one'], [])

  batches.flush()
  expect(sent.map(({ keys }) => keys)).toEqual([['one']])
  await endOfTurn()

  expect(sent.length).toBe(1)
})

test('a call that fails, or does not answer each, fails for all who were in it', async () => {
  const { batches, answers } = setup()
  const failing = Promise.allSettled([batches.add('', append, ['one'], []), batches.add('', append, ['two'], [])])
  batches.flush()
  const short = Promise.allSettled([batches.add('', append, ['three'], [])])
  batches.flush()
  const away = new Error('away')

  answers[0]?.reject(away)
  answers[1]?.resolve([])

  expect(await failing).toEqual([
    { status: 'rejected', reason: away },
    { status: 'rejected', reason: away },
  ])
  expect(await short).toMatchObject([{ reason: { message: 'append did not answer each of its callers' } }])
})

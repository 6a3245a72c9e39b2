import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { quantileOf, sampleOf } from './sample'

const upTo = (count: number) => Array.from({ length: count }, (_, place) => place + 1)

test('few numbers are told as they are, in order', () => {
  expect(sampleOf([3, 1, 2])).toEqual({ count: 3, values: [1, 2, 3] })
})

test('of many numbers a few are told, the least and the greatest among them', () => {
  const { count, values } = sampleOf(upTo(1_000))

  expect([count, values.length, values[0], values.at(-1)]).toEqual([1_000, 41, 1, 1_000])
})

test.each([
  [0.95, 19],
  [0.5, 10],
  [0.05, 1],
  [1, 20],
])('the quantile %p of the numbers from 1 to 20 is %p', (q, expected) => {
  expect(quantileOf([sampleOf(upTo(20))], q)).toBe(expected)
})

test('of nothing there is no quantile', () => {
  expect(quantileOf([], 0.5)).toBeUndefined()
  expect(quantileOf([sampleOf([])], 0.5)).toBeUndefined()
})

test('a sample of many counts for as many: one slow member elsewhere is not half of the room', () => {
  const [many, one] = [sampleOf(Array.from({ length: 400 }, () => 50)), sampleOf([900])]

  expect(quantileOf([many, one], 0.95)).toBe(50)
})

test('however numbers are spread over nodes, their quantile is found within one kept value of each node', async () => {
  const spread = fc.array(fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 200 }), { minLength: 1, maxLength: 4 })
  const property = fc.property(spread, fc.constantFrom(0.05, 0.5, 0.95), (nodes, q) => {
    const all = nodes.flat().sort((one, other) => one - other)
    const found = quantileOf(nodes.map(sampleOf), q)
    if (found === undefined) return expect(all).toEqual([])
    const below = all.filter((number) => number < found).length
    const notAbove = all.filter((number) => number <= found).length
    const slack = all.length / 40 + nodes.length
    expect(below).toBeLessThanOrEqual(q * all.length + slack)
    expect(notAbove).toBeGreaterThanOrEqual(q * all.length - slack)
  })

  await fc.assert(property, { seed: 20_261_122, numRuns: 500 })
})

import { expect, test } from 'bun:test'
import { delayOf, leadOf } from './lead'
import { sampleOf } from './sample'

const delays = (...values: readonly number[]) => sampleOf(values)

test('[PB3] until somebody has measured, a start is put off by 200 ms', () => {
  expect(leadOf([])).toBe(200)
  expect(leadOf([delays(), delays()])).toBe(200)
})

test('[PB14] a member needs to hear of a start half a round trip, the error of its clock and the cost of its player ahead', () => {
  expect(delayOf({ delayMs: 80, errorMs: 15, startCostMs: 120 })).toBe(215)
})

test('[PB14] the lead is enough for 95 of 100 members, and does not wait for the others', () => {
  const [most, strays] = [Array.from({ length: 95 }, () => 260), Array.from({ length: 5 }, () => 1_900)]

  expect(leadOf([delays(...most, ...strays)])).toBe(260)
})

test('[PB14] members on other nodes count as those here do', () => {
  expect(leadOf([delays(150), delays(640)])).toBe(640)
})

test('[PB14] it is at least 100 ms and at most 2 s, whatever is measured', () => {
  expect(leadOf([delays(3)])).toBe(100)
  expect(leadOf([delays(60_000)])).toBe(2_000)
})

import { afterAll, describe, expect, test } from 'bun:test'
import { startDistributed } from '../support/distributed'
import { journeysOn } from '../support/journey'
import { errorsOf } from '../support/stack'
import { allJourneys, directJourneys } from '.'
import { twoNodes } from './two-nodes.journey'

// Each gateway knows one node: people who come by turns are on both.
const stack = await startDistributed({ gateways: [[0], [1]], syncs: 2 })
afterAll(() => stack.stop())

describe('distributed', () => {
  allJourneys(journeysOn(stack))
  twoNodes(journeysOn(stack))
})

describe('a sync node’s own port', () => directJourneys(journeysOn({ ...stack, socketUrls: stack.directUrls })))

test('distributed: after all journeys nothing was logged as an error', () => {
  expect(errorsOf(stack)).toEqual([])
})

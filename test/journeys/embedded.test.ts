import { afterAll, describe, expect, test } from 'bun:test'
import { startEmbedded } from '../support/embedded'
import { journeysOn } from '../support/journey'
import { errorsOf } from '../support/stack'
import { allJourneys } from '.'

const stack = await startEmbedded({ HOST_GRACE_MS: '1500' })
afterAll(() => stack.stop())

describe('embedded', () => allJourneys(journeysOn(stack)))

test('embedded: after all journeys nothing was logged as an error', () => {
  expect(errorsOf(stack)).toEqual([])
})

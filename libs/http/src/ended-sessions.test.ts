import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { createEndedSessions } from './ended-sessions'

const tokenTtlMs = 15 * 60_000

function setup({ most }: { most?: number } = {}) {
  const clock = createManualClock()
  return { clock, ended: createEndedSessions({ clock, tokenTtlMs, ...(most === undefined ? {} : { most }) }) }
}

test('an ended session is remembered for one lifetime of a token, and no longer for being told again', () => {
  const { clock, ended } = setup()
  ended.add('one')
  clock.advance(60_000)
  ended.add('one')

  clock.advance(tokenTtlMs - 60_000)
  const before = ended.has('one')
  clock.advance(1)

  expect([before, ended.has('one'), ended.has('two')]).toEqual([true, false, false])
})

test('a wall clock that is set brings no session back', () => {
  const { clock, ended } = setup()
  ended.add('one')

  clock.jump(24 * 60 * 60_000)

  expect(ended.has('one')).toBe(true)
})

test('the number is bounded: past it the one heard of first goes', () => {
  const { ended } = setup({ most: 2 })

  for (const session of ['one', 'two', 'three']) ended.add(session)

  expect(['one', 'two', 'three'].map(ended.has)).toEqual([false, true, true])
})

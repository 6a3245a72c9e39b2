import { expect, test } from 'bun:test'
import { createManualClock } from '@matinee/kernel'
import { createViewers, nodeSilentAfterMs } from './viewers'

const seen = (node: string, viewers: Readonly<Record<string, number>>) => ({
  node,
  at_ms: 0,
  rooms: Object.entries(viewers).map(([room_code, count]) => ({ room_code, viewers: count, user_ids: [] })),
})

function setup() {
  const clock = createManualClock()
  return { clock, viewers: createViewers({ clock }) }
}

test('[RM70] viewers are summed over the nodes, and what a node says replaces what it said', () => {
  const { viewers } = setup()

  viewers.heard(seen('one', { AAAAAAAA: 3, BBBBBBBB: 1 }))
  viewers.heard(seen('two', { AAAAAAAA: 4 }))
  viewers.heard(seen('one', { AAAAAAAA: 1 }))

  expect(viewers.of('AAAAAAAA')).toBe(5)
  expect(viewers.of('BBBBBBBB')).toBe(0)
})

test('[RM70] a node that falls silent takes its viewers with it', () => {
  const { clock, viewers } = setup()
  viewers.heard(seen('one', { AAAAAAAA: 3 }))
  clock.advance(nodeSilentAfterMs - 1)
  clock.jump(24 * 60 * 60_000)
  viewers.heard(seen('two', { AAAAAAAA: 4 }))

  expect(viewers.of('AAAAAAAA')).toBe(7)
  clock.advance(1)
  expect(viewers.of('AAAAAAAA')).toBe(4)
})

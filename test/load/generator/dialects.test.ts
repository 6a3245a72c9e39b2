import { expect, test } from 'bun:test'
import { type DialectName, dialects } from './dialects'
import { textFrame } from './frames'
import { numberIn } from './message'

test.each(['bare', 'matinee', 'socket.io'] as const)('%s: what is said fits a short frame, and its number is found again', (name) => {
  const { say, bytesAfterNumber } = dialects[name]
  const said = Buffer.from(say(4_711))

  expect(textFrame(say(4_711)).length).toBeLessThan(132)
  expect(numberIn(said, 0, said.length, bytesAfterNumber)).toBe(4_711)
})

test.each([
  ['socket.io', '0{"sid":"x"}', 'question'],
  ['socket.io', '40{"sid":"x"}', 'welcome'],
  ['socket.io', '2', 'question'],
  ['socket.io', '42["OTHER",1]', 'news'],
  ['socket.io', '44{"message":"no', 'trouble'],
  ['matinee', '{"type":"ROOM_ST', 'welcome'],
  ['matinee', '{"type":"ERROR",', 'trouble'],
] as const satisfies readonly (readonly [DialectName, string, string])[])('%s: %s is a %s', (name, start, is) => {
  expect(dialects[name].hear(start).is).toBe(is)
})

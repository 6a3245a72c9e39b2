import { expect, test } from 'bun:test'
import { readOptions } from './options'

const read = (...args: readonly string[]) => {
  const options = readOptions(args)
  return options === 'help'
    ? options
    : { simulator: options.simulator, browsers: options.browsers, seed: options.seed, rounds: options.rounds }
}

test('both parts are measured, unless one is named', () => {
  expect(read('--seed', 'a')).toEqual({ simulator: true, browsers: true, seed: 'a', rounds: 5 })
  expect(read('--seed', 'a', '--browsers')).toMatchObject({ simulator: false, browsers: true })
  expect(read('--seed', 'a', '--simulator', '--rounds', '2')).toMatchObject({ simulator: true, browsers: false, rounds: 2 })
  expect(read('--simulator', '--browsers')).toMatchObject({ simulator: true, browsers: true })
})

test('a run without a seed names the one it made up', () => {
  expect(read()).toMatchObject({ seed: expect.stringMatching(/./) })
})

test('what cannot be is said in a sentence', () => {
  expect(() => read('--rounds', '0')).toThrow('--rounds must be a whole number from 1 to 100')
  expect(() => read('--viewers', '4')).toThrow()
})

import { expect, test } from 'bun:test'
import { readOptions } from './options'

test('without options, the three loads are measured on Matinee, the floor and its peers', () => {
  expect(readOptions([])).toMatchObject({
    shape: ['room-500', 'rooms-100x10', 'closed-100'],
    systems: ['bare-bun', 'matinee', 'ws-redis', 'socket.io'],
  })
})

test('names are given between commas or one by one, and the floor is always measured, once', () => {
  expect(readOptions(['--systems', 'matinee,ws-redis', '--systems', 'bare-bun', '--shape', 'idle'])).toMatchObject({
    systems: ['bare-bun', 'matinee', 'ws-redis'],
    shape: ['idle'],
  })
})

test.each(['--shape=square', '--systems=django', '--runs=0', '--unknown'])('%s is refused', (option) => {
  expect(() => readOptions([option])).toThrow()
})

test('--help asks for the page, whatever else is said', () => {
  expect(readOptions(['--help', '--runs', '0'])).toBe('help')
})

import { expect, test } from 'bun:test'
import { faultSeed } from '@matinee/test/support'
import { createWorld } from './world.fixture'

const seed = faultSeed()
/** In all; shared by the worlds. */
const steps = 100_000

test.each([
  ['one client', 1],
  ['three clients', 3],
  ['eight clients', 8],
])(`[CN1, CN2, CN8, CO2, CO3, CO4] whatever is dropped, doubled, overtaken or cut, all comes right: %s, seed ${seed.text}`, (_, size) => {
  const world = createWorld(seed.random(`simulation of ${size}`), size)

  world.run(steps / 3)
  const problems = world.reckon()

  expect(problems.slice(0, 10)).toEqual([])
  expect(world.steps()).toBeGreaterThanOrEqual(steps / 3)
})

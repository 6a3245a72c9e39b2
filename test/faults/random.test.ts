import { afterAll, describe, expect, test } from 'bun:test'
import { faultSeed } from '../support/seed'
import { logsOf } from '../support/stack'
import { runRound } from './random/round'
import { startWorld } from './random/world'

const rounds = 3
const seed = faultSeed()
const stack = await startWorld(seed.number)
afterAll(() => stack.stop())

describe('whatever goes wrong, in whatever order', () => {
  for (let round = 1; round <= rounds; round++) {
    const name = `${seed.text}.${round}`
    test(`[G1] nothing is lost, doubled or out of order: FAULT_SEED=${name}`, async () => {
      const mishaps: string[] = []

      const run = runRound(stack, faultSeed(name).random('round'), (what) => mishaps.push(what))
      const failure = await run.then(
        () => undefined,
        (error: unknown) => error,
      )

      if (failure) process.stderr.write(`${logsOf(stack)}\n${mishaps.join('\n')}\n`)
      expect(failure).toBeUndefined()
    }, 120_000)
  }
})

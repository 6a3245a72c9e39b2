import { describe, expect, test } from 'bun:test'
import type { Append } from '../../ports'
import { claimMs } from '../room-log.bounds'
import { createStage, type OpenWorld, play } from './stage'

/** The part of the contract that is about versions of playback which are claimed for a command. */
export function holdsClaiming(openWorld: OpenWorld): void {
  const stage = createStage(openWorld)

  /** Each answers the outcome alone. */
  async function setup() {
    const { world, log, other, code, epoch, north, south, look } = await stage()
    type Playback = NonNullable<Append['playback']>
    const on =
      (name: string) =>
      async (expectedVersion: number, claim?: Playback['claim'], fields: Partial<Append> = {}) => {
        const playback = { expectedVersion, ...(claim && { claim }) }
        const node = name === north ? log : other
        return (await node.append(code, play({ epoch, node: name, version: expectedVersion, playback, ...fields }))).outcome
      }
    return { here: on(north), there: on(south), look, pass: (byMs: number) => world.age(code, byMs) }
  }
  const claim = (command: string, keeps = true) => ({ command, keeps })

  describe('a claim', () => {
    test('[PB16] is one command’s, until that gives it up or playback goes on', async () => {
      const { here, look } = await setup()

      const first = await Promise.all(['c 1', 'c 2', 'c 1'].map((command) => here(0, claim(command))))
      const others = await here(0, claim('c 2', false))
      const still = await here(0, claim('c 2'))
      await here(0, claim('c 1', false))
      const next = await here(0, claim('c 2'))
      const { seq } = await look()
      const played = await here(0)

      expect(first).toEqual(['claimed', 'conflict', 'claimed'])
      expect([others, still, next]).toEqual(['conflict', 'conflict', 'claimed'])
      expect([seq, played, await here(0, claim('c 2'))]).toEqual([0, 'appended', 'conflict'])
    })

    test('[PB9] keeps out whoever expects its version, on any node, under any id', async () => {
      const { here, there, look } = await setup()
      await here(0, claim('c 1'))

      const outcomes = [
        await here(0, 'heeded'),
        await there(0, 'heeded', { commandId: 'c 1' }),
        await there(0, 'heeded', { commandId: 'c 2' }),
      ]

      expect(outcomes).toEqual(['conflict', 'conflict', 'conflict'])
      expect((await look()).seq).toBe(0)
    })

    test('[PB16] is nothing to who expects no version, nor to who expects the next', async () => {
      const { here, there } = await setup()
      await here(0, claim('c 1'))

      const outcomes = [await there(0), await here(1, 'heeded')]

      expect(outcomes).toEqual(['appended', 'appended'])
    })

    test('[PB9] and what expects its version, put at once on two nodes, do not both get through', async () => {
      const { here, there } = await setup()

      const outcomes = await Promise.all([here(0, claim('c 1')), there(0, 'heeded')])

      expect(['claimed conflict', 'conflict appended']).toContain(outcomes.join(' '))
    })

    test.each([
      ['was given up', 0],
      ['ran out', claimMs],
    ])('[PB16] that %s is in nobody’s way', async (_, passedMs) => {
      const { here, there, pass } = await setup()
      await here(0, claim('c 1'))
      const before = await there(0, 'heeded')

      if (passedMs > 0) await pass(passedMs)
      else await here(0, claim('c 1', false))

      expect([before, await there(0, 'heeded')]).toEqual(['conflict', 'appended'])
    })
  })
}

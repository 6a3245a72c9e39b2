import { join } from 'node:path'
import type { Seat } from '../systems/system'
import type { Answer, Order } from './orders'
import type { RunOptions, RunResult } from './run'

export type Generator = ReturnType<typeof startGenerator>

/** Starts a load generator and speaks to it. One order at a time. */
export function startGenerator() {
  let answered: PromiseWithResolvers<Answer> | undefined
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    stdout: 'inherit',
    stderr: 'inherit',
    ipc: (answer: Answer) => answered?.resolve(answer),
    onExit: () => answered?.reject(new Error('the load generator has ended')),
  })

  async function tell(order: Order): Promise<RunResult | undefined> {
    answered = Promise.withResolvers()
    child.send(order)
    const answer = await answered.promise
    if ('failed' in answer) throw new Error(`${order.do} of ${order.crowd}: ${answer.failed}`)
    const [first] = answer.troubles
    if (first !== undefined) throw new Error(`${order.do} of ${order.crowd}: ${answer.troubles.length} troubles, the first: ${first}`)
    return answer.result
  }

  return {
    /** Takes every seat, `atOnce` at a time; resolves when all are in. */
    connect: async (crowd: string, seats: readonly Seat[], atOnce = 32): Promise<void> =>
      void (await tell({ do: 'connect', crowd, seats, atOnce })),
    async run(crowd: string, options: RunOptions): Promise<RunResult> {
      const result = await tell({ do: 'run', crowd, options })
      if (!result) throw new Error('a run had no result')
      return result
    },
    /** Rejects where anybody of the crowd has lost its socket before. */
    leave: async (crowd: string): Promise<void> => void (await tell({ do: 'leave', crowd, how: 'saying goodbye' })),
    vanish: async (crowd: string): Promise<void> => void (await tell({ do: 'leave', crowd, how: 'without a word' })),
    stop: () => child.kill(),
  }
}

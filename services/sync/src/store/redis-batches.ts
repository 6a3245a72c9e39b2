import type { Script } from './redis-scripts'

/** How many calls go together at most: Redis does nothing else meanwhile, some 10 to 20 µs for each that does not trim its log. */
const callsAtOnce = 64

type Arguments = readonly (string | number)[]
type Run = (script: Script, keys: readonly string[], args: Arguments) => Promise<unknown>

interface Batch {
  readonly script: Script
  readonly keys: string[]
  readonly args: (string | number)[]
  readonly callers: PromiseWithResolvers<unknown>[]
}

/**
 * Puts together what is asked of a script in one turn of the event loop: what a call costs Redis and its client beside what it does is
 * then paid once. For scripts that take several callers' keys and arguments after each other, and answer each of them in that order.
 */
export function createBatches(run: Run) {
  /** By what may go together. */
  const batches = new Map<string, Batch>()
  let scheduled = false

  async function send({ script, keys, args, callers }: Batch): Promise<void> {
    try {
      const answers = await run(script, keys, args)
      if (!Array.isArray(answers) || answers.length !== callers.length) throw new Error(`${script.name} did not answer each of its callers`)
      for (const [place, { resolve }] of callers.entries()) resolve(answers[place])
    } catch (error) {
      for (const { reject } of callers) reject(error)
    }
  }

  function flush(): void {
    const all = [...batches.values()]
    batches.clear()
    for (const batch of all) void send(batch)
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      flush()
    })
  }

  return {
    /** Resolves to the caller's own answer; rejects as the call does in which it goes. Callers of one group go together, in their order. */
    add(group: string, script: Script, keys: readonly string[], args: Arguments): Promise<unknown> {
      let batch = batches.get(group)
      if (batch && (batch.script !== script || batch.callers.length >= callsAtOnce)) {
        void send(batch)
        batch = undefined
      }
      if (!batch) {
        batch = { script, keys: [], args: [], callers: [] }
        batches.set(group, batch)
        schedule()
      }
      batch.keys.push(...keys)
      batch.args.push(...args)
      const caller = Promise.withResolvers<unknown>()
      batch.callers.push(caller)
      return caller.promise
    },
    /** Sends what waits now: what is asked for next must not overtake it. */
    flush,
  }
}

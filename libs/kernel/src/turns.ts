import { Refusal } from './refusal'

export interface TurnBounds {
  /** How many run at once. */
  readonly atOnce: number
  /** How many wait for their turn; the next one is refused. */
  readonly waiting: number
}

/** Runs costly work at most `atOnce` at a time, first come first served; refuses with `unavailable`, starting nothing, when `waiting` wait already. */
export function createTurns({ atOnce, waiting }: TurnBounds) {
  const queue: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new Refusal('unavailable', { retryAfterMs })
      // Whoever ends hands its turn over, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}

const retryAfterMs = 2_000

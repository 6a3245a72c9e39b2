export interface UntilOptions {
  /** Default 15,000: far more than anything takes, however busy the machine. What may take no longer than so much is for the test to time. */
  readonly withinMs?: number
  /** Default 10. */
  readonly everyMs?: number
}

/**
 * Asks `check` again and again until it gives something truthy, and resolves with that. A throwing check counts as not yet.
 * Rejects after `withinMs`. Only for conditions that no event tells of.
 */
export async function until<T>(check: () => T | Promise<T>, { withinMs = 15_000, everyMs = 10 }: UntilOptions = {}): Promise<T> {
  const giveUpAtMs = performance.now() + withinMs
  for (;;) {
    let last: unknown
    try {
      const value = await check()
      if (value) return value
      last = `the last answer was ${String(value)}`
    } catch (error) {
      last = error
    }
    if (performance.now() > giveUpAtMs) throw new Error(`not so within ${withinMs} ms`, { cause: last })
    await Bun.sleep(everyMs)
  }
}

/**
 * Runs handlers beside each other, up to a limit, and knows when all have ended.
 */
export function createSlots(limit: number) {
  const running = new Set<Promise<void>>()
  return {
    /** How many more may start now. */
    free: (): number => limit - running.size,
    /** Starts `work`, which must not reject. */
    run(work: () => Promise<void>): void {
      const run = work().finally(() => running.delete(run))
      running.add(run)
    },
    /** Resolves when at least one more may start. */
    async available(): Promise<void> {
      while (running.size >= limit) await Promise.race(running)
    },
    /** Resolves when none runs. */
    async idle(): Promise<void> {
      await Promise.all(running)
    },
  }
}

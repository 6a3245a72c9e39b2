export interface SweepingOptions {
  /** Looks once, and tells whether something was left. Never rejects. */
  readonly sweep: () => Promise<boolean>
  /** How soon it is looked again while something is known to be left, or may be. */
  readonly soonMs: number
  /** How often it is looked where nothing is. */
  readonly everyMs: number
  readonly monotonicMs: () => number
  /** Runs something once, when so much time has passed; returns how to call it off. The machine's, where nothing else is said. */
  readonly after?: (waitMs: number, run: () => void) => () => void
}

/** Sweeps by itself: often while something is left, seldom where nothing is, for a process at rest spends most of what it takes on looking. */
export function createSweeping({ sweep, soonMs, everyMs, monotonicMs, after = machineAfter }: SweepingOptions) {
  let running = false
  let callOff: (() => void) | undefined
  let hurriedUntilMs = Number.NEGATIVE_INFINITY
  const isHurried = () => monotonicMs() < hurriedUntilMs

  function next(): void {
    callOff?.()
    callOff = running ? after(isHurried() ? soonMs : everyMs, look) : undefined
  }

  async function look(): Promise<void> {
    callOff = undefined
    if (await sweep()) hurriedUntilMs = Math.max(hurriedUntilMs, monotonicMs() + soonMs)
    next()
  }

  return {
    /** Looks at once, and from then on. */
    start(): void {
      if (running) return
      running = true
      void look()
    },
    /** Something may be left that no sweep sees before `afterMs` have passed. */
    expect(afterMs: number): void {
      const wasHurried = isHurried()
      hurriedUntilMs = Math.max(hurriedUntilMs, monotonicMs() + afterMs + soonMs)
      // One that is under way goes on by itself.
      if (!wasHurried && callOff) next()
    },
    stop(): void {
      running = false
      callOff?.()
    },
  }
}

function machineAfter(waitMs: number, run: () => void): () => void {
  const timer = setTimeout(run, waitMs)
  return () => clearTimeout(timer)
}

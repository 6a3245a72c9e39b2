import { fullGC } from 'bun:jsc'

/** After so many arrivals the engine is asked to collect what is young, which it does beside the process: 0.6 ms of CPU. */
const youngEvery = 100
/** After so many, or as many as make a tenth of all who are here, everything is looked at, which takes as long as there are many: 5 to 20 ms with 10,000 clients. So an arrival bears the same of it, however many are here. */
const wholeEvery = 1_000
const wholeShare = 1 / 10

/** How the heap is collected; the engine's ways, where nothing else is said. */
export interface SweepingOptions {
  readonly young?: () => void
  readonly whole?: () => void
  /** Runs once after the present turn of the event loop: what is at work then is not taken for alive. */
  readonly defer?: (run: () => void) => void
}

/**
 * Collects the garbage of arrivals while they come. One leaves thirty times as much behind as stays of it, and the engine waits until
 * the heap has doubled. It never moves what is alive, which then lies scattered over all of that: hardly a block is empty, and none is
 * given back for as long as people stay.
 */
export function createSweeping({ young = () => Bun.gc(false), whole = fullGC, defer = setImmediate }: SweepingOptions = {}) {
  let sinceYoung = 0
  let sinceWhole = 0
  let due: 'young' | 'whole' | undefined

  /** Once, however many have come in this turn: what the first look leaves, a second one does not find. */
  function sweep(): void {
    const run = due === 'whole' ? whole : young
    due = undefined
    run()
  }

  return {
    /** One has come; `here` is how many are here now. */
    arrived(here: number): void {
      sinceYoung++
      sinceWhole++
      const isWhole = sinceWhole >= Math.max(wholeEvery, here * wholeShare)
      if (!isWhole && sinceYoung < youngEvery) return
      sinceYoung = 0
      if (isWhole) sinceWhole = 0
      const isAsked = due !== undefined
      due = isWhole || due === 'whole' ? 'whole' : 'young'
      if (!isAsked) defer(sweep)
    },
  }
}

/** Where instants and durations come from. Unix milliseconds, and milliseconds since some moment of its own. */
export interface Clock {
  /** The instant by this machine's wall clock: it may be off, and may jump. For what others read, never for how long something takes. */
  nowMs(): number
  /** Goes on evenly and never back, whatever is done to the wall clock. Means nothing outside this process. For every duration. */
  monotonicMs(): number
}

/** This machine's clocks. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() }

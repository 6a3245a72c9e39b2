import { playbackPolicyOf, type Room } from '@matinee/contracts'

/** How a room wants to be watched: its own settings, with the server's for what it leaves open. */
export interface PlaybackRules {
  /** Whether it waits for its members after a jump and with a new medium. */
  readonly waitForReady: boolean
  /** Whether it stands still for those whose player stalls. */
  readonly pauseForStalled: boolean
  /** How long it waits for its members at most. */
  readonly readyTimeoutMs: number
  /** A player further off than this jumps; closer, it catches up by its rate. */
  readonly seekBeyondMs: number
  readonly reportIntervalMs: number
}

/** The rules of a room. */
export function playbackRulesOf({ wait_for_ready, pause_for_stalled, playback_policy }: Room): PlaybackRules {
  const { ready_timeout_ms, seek_beyond_ms, report_interval_ms } = playbackPolicyOf(playback_policy)
  return {
    waitForReady: wait_for_ready,
    pauseForStalled: pause_for_stalled,
    readyTimeoutMs: ready_timeout_ms,
    seekBeyondMs: seek_beyond_ms,
    reportIntervalMs: report_interval_ms,
  }
}

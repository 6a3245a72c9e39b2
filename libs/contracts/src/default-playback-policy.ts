import type { PlaybackPolicy } from './playback-policy'

/** What holds where neither the server nor a room says anything else. No schema comes with this file: a browser can have it. */
export const defaultPlaybackPolicy: PlaybackPolicy = {
  report_interval_ms: 1_000,
  correct_from_ms: 40,
  correct_until_ms: 10,
  max_rate_change: 0.05,
  seek_beyond_ms: 2_000,
  ready_timeout_ms: 10_000,
}

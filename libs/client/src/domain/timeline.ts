import type { Playback } from '../contract-types'

/** The media position, in seconds, that everybody should see at `serverNowMs`, on the room log's clock. */
export function positionAt(
  { playing, time, at_ms, rate }: Pick<Playback, 'playing' | 'time' | 'at_ms' | 'rate'>,
  serverNowMs: number,
): number {
  // Before a scheduled start nothing moves.
  return playing ? time + (Math.max(0, serverNowMs - at_ms) / 1000) * rate : time
}

import type { Media, Playback } from '../contract-types'

/** The media position, in seconds, that everybody should see at `serverNowMs`, on the room log's clock. */
export function positionAt(
  { playing, time, at_ms, rate }: Pick<Playback, 'playing' | 'time' | 'at_ms' | 'rate'>,
  serverNowMs: number,
): number {
  // Before a scheduled start nothing moves.
  return playing ? time + (Math.max(0, serverNowMs - at_ms) / 1000) * rate : time
}

/** Whether the two are one medium, whatever address it was given by. */
export const isSameMedium = (one: Media | null | undefined, other: Media | null | undefined): boolean =>
  one?.id === other?.id && one?.provider === other?.provider

import type { Playback } from '@matinee/contracts'

/** What the one who drives may ask for. `timeS` is the media position that shall hold. */
export interface PlaybackCommand {
  readonly type: 'PLAY' | 'PAUSE' | 'SEEK'
  readonly timeS: number
}

/** A timeline that begins `leadMs` after the log stamps it. */
export interface Scheduled {
  readonly timeline: Omit<Playback, 'at_ms' | 'user'>
  readonly leadMs: number
}

/** The media position, in seconds, that an ideal viewer sees at `nowMs` on the room log's clock. */
export function positionAt(playback: Playback, nowMs: number): number {
  if (!playback.playing) return playback.time
  // Before a scheduled start nothing moves; a node whose clock trails must not rewind the audience.
  return playback.time + (Math.max(0, nowMs - playback.at_ms) / 1000) * playback.rate
}

/**
 * The timeline after a command. What starts or jumps while playing is put off by
 * `leadMs`, so that everybody can be there in time; a pause, or a jump while
 * paused, holds at once. A SEEK does not change whether it plays.
 */
export function schedule(playback: Playback, command: PlaybackCommand, leadMs: number): Scheduled {
  const playing = command.type === 'SEEK' ? playback.playing : command.type === 'PLAY'
  return {
    timeline: { media: playback.media, playing, time: command.timeS, rate: playback.rate, version: playback.version + 1 },
    leadMs: playing ? leadMs : 0,
  }
}

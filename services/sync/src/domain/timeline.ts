import type { Playback } from '@matinee/contracts'

/** What the one who drives may ask for. `timeS` is the media position that shall hold; without it, the position stays what it is. */
export type PlaybackCommand =
  | { readonly type: 'PLAY' | 'PAUSE'; readonly timeS?: number | undefined }
  | { readonly type: 'SEEK'; readonly timeS: number }
  | { readonly type: 'RATE'; readonly rate: number }

/** A timeline, and when its `time` holds: so long after the log stamps it, or at an instant on the log's clock. */
export interface Scheduled {
  readonly timeline: Omit<Playback, 'at_ms' | 'user'>
  readonly holds: { readonly leadMs: number } | { readonly atMs: number }
}

/** When a command is given, on the log's clock, how long what starts or jumps is put off, and whether that is for members to be ready. */
export interface Timing {
  readonly nowMs: number
  readonly leadMs: number
  readonly putOff?: boolean
}

/** No medium is longer; what would be further on stays there. */
const furthestS = 864_000

/** The media position, in seconds, that an ideal viewer sees at `nowMs` on the room log's clock. */
export function positionAt(playback: Pick<Playback, 'playing' | 'time' | 'at_ms' | 'rate'>, nowMs: number): number {
  if (!playback.playing) return playback.time
  // Before a scheduled start nothing moves; a node whose clock trails must not rewind the audience.
  return Math.min(furthestS, playback.time + (Math.max(0, nowMs - playback.at_ms) / 1000) * playback.rate)
}

/** Until when its start is put off for members to be ready; undefined where it is not. */
export const putOffTo = ({ put_off, at_ms }: Playback): number | undefined => (put_off ? at_ms : undefined)

/**
 * The timeline after a command. What starts or jumps while playing is put off by `leadMs`, so that everybody can be
 * there in time; a pause, or a jump while paused, holds at once. What does not move the position leaves no gap in it.
 */
export function schedule(playback: Playback, command: PlaybackCommand, { nowMs, leadMs, putOff = false }: Timing): Scheduled {
  const { media, playing, rate } = playback
  const next = { media, playing, rate, version: playback.version + 1 }
  const waiting = putOff && { put_off: true }
  switch (command.type) {
    case 'SEEK':
      return { timeline: { ...next, time: command.timeS, ...(playing && waiting) }, holds: { leadMs: playing ? leadMs : 0 } }
    case 'RATE':
      return goOn(playback, { ...next, rate: command.rate }, nowMs)
    case 'PAUSE':
      if (command.timeS === undefined) return goOn(playback, { ...next, playing: false }, nowMs)
      return { timeline: { ...next, playing: false, time: command.timeS }, holds: { leadMs: 0 } }
    case 'PLAY':
      if (command.timeS === undefined && playing) return goOn(playback, next, nowMs)
      return { timeline: { ...next, playing: true, time: command.timeS ?? playback.time, ...waiting }, holds: { leadMs } }
  }
}

/**
 * From the position that the audience sees. It is computed for an instant of this node's choice: at the log's stamp, which
 * nobody knows yet, it would be off by the way there. A start that is still to come stays where and what it is.
 */
function goOn(playback: Playback, next: Omit<Scheduled['timeline'], 'time'>, nowMs: number): Scheduled {
  const atMs = next.playing ? Math.max(nowMs, playback.at_ms) : nowMs
  const waiting = next.playing && playback.put_off && playback.at_ms > nowMs && { put_off: true }
  return { timeline: { ...next, time: positionAt(playback, atMs), ...waiting }, holds: { atMs } }
}

import type { Recording, Timeline } from './page/recording'

/** A while in which the room played by one timeline; instants are the runner's. */
export interface Window {
  readonly timeline: Timeline
  readonly kind: 'first_start' | 'start' | 'jump'
  /** When the first of the viewers heard of it. */
  readonly heardMs: number
  /** From the instant at which it holds … */
  readonly fromMs: number
  /** … until somebody heard of the next. */
  readonly untilMs: number
}

interface Witness {
  readonly offsetMs: number
  readonly recording: Pick<Recording, 'timelines' | 'clock'>
}

/** Where the room is, in seconds of the medium. */
export const targetAt = ({ playing, time, at_ms, rate }: Timeline, atMs: number): number =>
  playing ? time + (Math.max(0, atMs - at_ms) / 1000) * rate : time

/** When the room played, by what all of them heard, in order. The server's clock is the runner's: they are on one machine. */
export function windowsOf(witnesses: readonly Witness[]): readonly Window[] {
  const heard = new Map<number, { timeline: Timeline; heardMs: number }>()
  for (const { recording, offsetMs } of witnesses) {
    for (const { atMs, timeline } of recording.timelines) {
      const heardMs = Math.min(atMs + offsetMs, heard.get(timeline.version)?.heardMs ?? Number.POSITIVE_INFINITY)
      heard.set(timeline.version, { timeline, heardMs })
    }
  }
  const all = [...heard.values()].sort((one, other) => one.timeline.version - other.timeline.version)
  const endMs = Math.max(0, ...witnesses.map(({ recording, offsetMs }) => (recording.clock.at(-1)?.atMs ?? 0) + offsetMs))
  let started = false
  return all.flatMap(({ timeline, heardMs }, at): readonly Window[] => {
    if (!timeline.playing) return []
    const kind = all[at - 1]?.timeline.playing ? 'jump' : started ? 'start' : 'first_start'
    started = true
    return [{ timeline, kind, heardMs, fromMs: timeline.at_ms, untilMs: all[at + 1]?.heardMs ?? endMs }]
  })
}

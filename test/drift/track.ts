import type { Recording } from './page/recording'

/** Where one viewer's picture was, at any instant of the common clock. */
export interface Track {
  /** Seconds of the medium; undefined while the picture stands still because it was told to: paused, jumping, not begun. */
  positionAt(atMs: number): number | undefined
  /** The number of frames that came to be seen while it moved. */
  readonly frames: number
}

interface Run {
  readonly frames: { readonly atMs: number; readonly positionS: number }[]
  untilMs: number
}

/**
 * The positions that were seen. Between two frames time goes on for as long as a frame lasts; what then still shows the same picture has
 * stopped, and falls behind. `lateByMs` is added to all instants.
 */
export function trackOf({ frames, turns }: Pick<Recording, 'frames' | 'turns'>, lateByMs: number, frameMs: number): Track {
  const runs = runsOf({ frames, turns })
  return {
    positionAt(instantMs) {
      const atMs = instantMs - lateByMs
      const run = runs.find(({ frames: [first], untilMs }) => first !== undefined && atMs >= first.atMs && atMs < untilMs)
      const frame = run && lastBefore(run.frames, atMs)
      return frame && frame.positionS + Math.min(frameMs, atMs - frame.atMs) / 1000
    },
    frames: runs.reduce((sum, run) => sum + run.frames.length, 0),
  }
}

/** From the first picture that is another than the one that stood there, until the player is told to pause or to jump. */
function runsOf({ frames, turns }: Pick<Recording, 'frames' | 'turns'>): readonly Run[] {
  const runs: Run[] = []
  let [plays, seeks] = [false, false]
  let run: Run | undefined
  let stoodAtS: number | undefined
  const events = [
    ...frames.map((frame) => ({ ...frame, type: 'frame' as const })),
    ...turns.map(({ atMs, type }) => ({ atMs, type, positionS: 0 })),
  ]
  for (const { type, atMs, positionS } of events.sort((one, other) => one.atMs - other.atMs)) {
    if (type === 'play') plays = true
    if (type === 'pause') plays = false
    if (type === 'seeked') seeks = false
    if (type === 'seeking') {
      seeks = true
      stoodAtS = undefined
    }
    if (type === 'pause' || type === 'seeking') {
      if (run) run.untilMs = atMs
      run = undefined
    }
    if (type !== 'frame') continue
    if (!run && plays && !seeks && stoodAtS !== undefined && positionS > stoodAtS) {
      run = { frames: [], untilMs: Number.POSITIVE_INFINITY }
      runs.push(run)
    }
    run?.frames.push({ atMs, positionS })
    stoodAtS = positionS
  }
  // What happened after the last frame was not seen.
  if (run) run.untilMs = run.frames.at(-1)?.atMs ?? 0
  return runs
}

function lastBefore(frames: Run['frames'], atMs: number): Run['frames'][number] | undefined {
  let [low, high] = [0, frames.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((frames[middle]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1
    else high = middle
  }
  return frames[low - 1]
}

import { maxLinkBacklogBytes } from './link'

/** What is longer leaves without waiting for the turn to end, so that no message comes near what the other side takes. */
const maxMessageLength = maxLinkBacklogBytes / 16

/** From so many frames a second on, a patient queue waits so long for more to leave with them. */
const busy = { framesPerS: 500, waitMs: 4 }
/** Over how long frames are counted. */
const countedMs = 100

export interface FrameQueueOptions {
  /** Sends one message. */
  readonly write: (message: string) => void
  /** Whether frames may wait for others when many come; else they wait only for the turn of the event loop to end. */
  readonly patient: boolean
}

/** Collects the frames of a moment into one message: a write costs far more than a frame. */
export function createFrameQueue({ write, patient }: FrameQueueOptions) {
  let waiting = ''
  let scheduled = false
  let isBusy = false
  let count = 0
  let countedFromMs = performance.now()

  function flush(): void {
    scheduled = false
    if (patient) look()
    if (waiting === '') return
    const message = waiting
    waiting = ''
    write(message)
  }

  function look(): void {
    const passedMs = performance.now() - countedFromMs
    if (passedMs < countedMs) return
    isBusy = count * 1_000 > busy.framesPerS * passedMs
    countedFromMs += passedMs
    count = 0
  }

  return {
    push(frame: string): void {
      // Its length comes first, for a frame may hold any character.
      waiting += `${frame.length} ${frame}`
      count++
      if (waiting.length > maxMessageLength) return flush()
      if (scheduled) return
      scheduled = true
      if (isBusy) setTimeout(flush, busy.waitMs)
      else setImmediate(flush)
    },
    /** Sends what waits, at once. */
    flush,
  }
}

/** The frames of a message, in order; undefined where no queue has written it. */
export function framesOf(message: string): readonly string[] | undefined {
  const frames: string[] = []
  for (let at = 0; at < message.length; ) {
    const space = message.indexOf(' ', at)
    const end = space + 1 + Number(message.slice(at, space))
    if (space <= at || !(end > space) || end > message.length) return undefined
    frames.push(message.slice(space + 1, end))
    at = end
  }
  return frames
}

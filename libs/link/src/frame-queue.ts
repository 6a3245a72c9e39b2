import { maxLinkBacklogBytes } from './link'

/** What is longer leaves without waiting for the turn to end, so that no message comes near what the other side takes. */
const maxMessageLength = maxLinkBacklogBytes / 16

/** From so many frames a second on, a patient queue waits so long for others to leave with one, or until there are enough. */
const busy = { framesPerS: 500, waitMs: 16, enoughFrames: 24 }
/** Over how long frames are counted. */
const countedMs = 100

export interface FrameQueueOptions {
  /** Sends one message. */
  readonly write: (message: string) => void
  /** Whether frames may wait for others when many come; else they wait only for the turn of the event loop to end. */
  readonly patient: boolean
  /** The time that passes; the machine's, where nothing else is said. */
  readonly time?: FrameQueueTime
}

/** Monotonic milliseconds, and what is done after some of them unless it is cancelled. */
export interface FrameQueueTime {
  readonly monotonicMs: () => number
  /** Returns how to cancel it. */
  readonly after: (waitMs: number, run: () => void) => () => void
}

const machineTime: FrameQueueTime = {
  monotonicMs: () => performance.now(),
  after(waitMs, run) {
    const timer = setTimeout(run, waitMs)
    return () => clearTimeout(timer)
  },
}

/** Collects the frames of a moment into one message: a write costs far more than a frame. */
export function createFrameQueue({ write, patient, time = machineTime }: FrameQueueOptions) {
  let waiting = ''
  let waitingFrames = 0
  let scheduled = false
  let waitNoLonger: (() => void) | undefined
  let isBusy = false
  let count = 0
  let countedFromMs = time.monotonicMs()

  function flush(): void {
    scheduled = false
    waitNoLonger?.()
    waitNoLonger = undefined
    if (patient) look()
    if (waiting === '') return
    const message = waiting
    waiting = ''
    waitingFrames = 0
    write(message)
  }

  function look(): void {
    const passedMs = time.monotonicMs() - countedFromMs
    if (passedMs < countedMs) return
    isBusy = count * 1_000 > busy.framesPerS * passedMs
    countedFromMs += passedMs
    count = 0
  }

  return {
    push(frame: string, urgent = false): void {
      // Its length comes first, for a frame may hold any character.
      waiting += `${frame.length} ${frame}`
      waitingFrames++
      count++
      if (waiting.length > maxMessageLength) return flush()
      if (!scheduled) {
        scheduled = true
        if (isBusy) waitNoLonger = time.after(busy.waitMs, flush)
        else setImmediate(flush)
      }
      if (waitNoLonger && (urgent || waitingFrames >= busy.enoughFrames)) {
        // At the end of the turn, with all that it brings.
        waitNoLonger()
        waitNoLonger = undefined
        setImmediate(flush)
      }
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

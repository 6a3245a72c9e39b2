import { LogEvent, ServerFrame } from '@matinee/contracts'

export type FrameType = ServerFrame['type']
/** The frames that may be of this type: some schemas stand for several. */
export type FrameOf<T extends FrameType> = Including<ServerFrame, T>
type Including<Frame extends ServerFrame, T> = Frame extends unknown ? (T extends Frame['type'] ? Frame : never) : never

/** What is to come comes sooner, however busy the machine; what may take no longer than so much is for the test to time. */
export const patienceMs = 15_000

interface Waiter {
  /** Looks again, because something has come. */
  readonly look: () => void
  readonly fail: (reason: string) => void
}

export type Inbox = ReturnType<typeof createInbox>

/** What a client has received: held to the contracts, and to the promise that events come once each and in order. */
export function createInbox(since: string | undefined) {
  const frames: ServerFrame[] = []
  const texts: string[] = []
  const applied = new Map<number, string>()
  const waiters = new Set<Waiter>()
  let [epoch, seq] = placeOf(since)
  let userId = ''
  let cursor = 0
  let fault: string | undefined
  let over: string | undefined

  function fail(what: string): void {
    fault ??= what
    for (const waiter of [...waiters]) waiter.fail(what)
  }

  function apply(frame: ServerFrame, text: string): void {
    if (frame.type === 'ROOM_STATE') {
      userId = frame.you.id
      if (frame.resumed && (frame.epoch !== epoch || frame.seq !== seq))
        fail(`resumed at ${frame.epoch}.${frame.seq}, stood at ${epoch}.${seq}`)
      // Numbers of another log, or of what comes after a gap that was told of: the books begin anew.
      if (!frame.resumed) applied.clear()
      epoch = frame.epoch
      seq = frame.seq
      return
    }
    const event = LogEvent.safeParse(frame)
    if (!event.success) return
    if (event.data.seq !== seq + 1) fail(`event ${event.data.seq} came after ${seq}: ${text}`)
    seq = event.data.seq
    applied.set(seq, text)
  }

  /** Resolves with what `find` finds, now or when more has come. */
  async function wait<T>(withinMs: number, what: string, find: () => T | undefined): Promise<T> {
    const first = find()
    if (first !== undefined) return first
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const failed = (reason: string) => reject(new Error(`${what} did not come: ${reason}; ${summary()}`))
    if (fault !== undefined || over !== undefined) failed(fault ?? over ?? '')
    const waiter: Waiter = {
      look() {
        const found = find()
        if (found === undefined) return
        // One frame is for one who waits, however many come at once.
        waiters.delete(waiter)
        resolve(found)
      },
      fail: failed,
    }
    const timer = setTimeout(() => failed(`not within ${withinMs} ms`), withinMs)
    waiters.add(waiter)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      waiters.delete(waiter)
    }
  }

  const summary = () => `the last frames were ${frames.slice(-12).map(brief).join(' ') || 'none'}`

  return {
    frames: frames as readonly ServerFrame[],
    /** Every frame as it came. */
    texts: texts as readonly string[],
    applied: applied as ReadonlyMap<number, string>,
    /** Whose socket it is, once a ROOM_STATE has told. */
    get userId() {
      return userId
    },
    get epoch() {
      return epoch
    },
    get seq() {
      return seq
    },
    summary,

    /** Takes a frame as it came; undefined when no schema knows it. */
    take(text: string): ServerFrame | undefined {
      const parsed = ServerFrame.safeParse(JSON.parse(text))
      if (!parsed.success) {
        fail(`not a frame of the contract: ${text} ${parsed.error.message}`)
        return undefined
      }
      frames.push(parsed.data)
      texts.push(text)
      apply(parsed.data, text)
      for (const waiter of [...waiters]) waiter.look()
      return parsed.data
    },

    /** Nothing more will come. */
    end(reason: string): void {
      over = reason
      for (const waiter of [...waiters]) waiter.fail(reason)
    },

    next<T extends FrameType>(type: T, match: (frame: FrameOf<T>) => boolean = () => true, withinMs = patienceMs): Promise<FrameOf<T>> {
      return wait(withinMs, type, () => {
        for (let at = cursor; at < frames.length; at++) {
          const frame = frames[at]
          if (!frame || !isOf(frame, type) || !match(frame)) continue
          cursor = at + 1
          return frame
        }
        return undefined
      })
    },

    async reaches(wanted: number, withinMs = patienceMs): Promise<void> {
      await wait(withinMs, `event ${wanted}`, () => (seq >= wanted ? true : undefined))
    },

    check(): void {
      if (fault !== undefined) throw new Error(`${fault}; ${summary()}`)
    },
  }
}

const isOf = <T extends FrameType>(frame: ServerFrame, type: T): frame is FrameOf<T> => frame.type === type

function placeOf(since: string | undefined): [epoch: string, seq: number] {
  const [epoch = '', seq = '0'] = since?.split('.') ?? []
  return [epoch, Number(seq)]
}

function brief(frame: ServerFrame): string {
  if (frame.type === 'ERROR' || frame.type === 'NOTICE') return `${frame.type}(${frame.code})`
  return 'seq' in frame ? `${frame.type}#${frame.seq}` : frame.type
}

import {
  beginGate,
  canStart,
  createReadyGate,
  dropMember,
  followTimeline,
  memberReady,
  memberReported,
  passTime,
  waitMs,
} from './ready-gate'

/** How long the staged room waits at most, unless it is told otherwise. */
export const timeoutMs = 10_000
/** Its lead. */
export const leadMs = 200

/** A room on one node that waits for those who are not ready, and a clock that stands still until told. It plays from the beginning. */
export function stageGate({ waitsMs = timeoutMs } = {}) {
  const gate = createReadyGate()
  let nowMs = 1_000_000
  let version = 1
  let startMs: number | undefined = nowMs
  let putOffToMs: number | undefined
  /** When playback was last told to start or jump, and the versions that were brought forward, with who was awaited then. */
  let askedMs = nowMs
  const released: number[] = []
  beginGate(gate, { version, putOffToMs, forStalled: false, nowMs })

  const change = (moved: boolean, forStalled = false) => {
    version += 1
    followTimeline(gate, { version, sentAtMs: nowMs, moved, forStalled, putOffToMs }, waitsMs)
  }
  const start = (moved: boolean) => {
    askedMs = nowMs
    const untilReadyMs = waitMs(gate, { moved, nowMs, timeoutMs: waitsMs, whispers: [] })
    putOffToMs = untilReadyMs > leadMs ? nowMs + untilReadyMs : undefined
    startMs = putOffToMs ?? nowMs + leadMs
    change(moved)
  }
  const settle = () => {
    passTime(gate, nowMs)
    if (!canStart(gate, [])) return
    startMs = nowMs + leadMs
    putOffToMs = undefined
    change(false)
    released.push(version)
  }
  const step = (act: () => void) => () => {
    act()
    settle()
  }

  return {
    gate,
    released: released as readonly number[],
    get nowMs() {
      return nowMs
    },
    get version() {
      return version
    },
    get startMs() {
      return startMs
    },
    get askedMs() {
      return askedMs
    },
    seek: step(() => {
      if (startMs === undefined) change(true)
      else start(true)
    }),
    media: step(() => {
      startMs = undefined
      putOffToMs = undefined
      change(true)
    }),
    play: step(() => start(false)),
    pause: step(() => {
      startMs = undefined
      putOffToMs = undefined
      change(false)
    }),
    /** The room stands still for those who stall. */
    standStill: step(() => {
      askedMs = nowMs
      startMs = nowMs + waitsMs
      putOffToMs = startMs
      change(false, true)
    }),
    report: (id: string, told: { stalled?: boolean; follows?: boolean; playsThere?: boolean } = {}) =>
      step(() => memberReported(gate, id, { stalled: false, follows: false, playsThere: false, ...told }, nowMs))(),
    ready: (id: string, of = version) => step(() => memberReady(gate, id, of, nowMs))(),
    drop: (id: string) => step(() => dropMember(gate, id))(),
    pass: (byMs: number) =>
      step(() => {
        nowMs += byMs
      })(),
    /** Begins anew with what the log says now, as a node does that has just opened the room. */
    reopen: () => beginGate(gate, { version, putOffToMs, forStalled: false, nowMs }),
  }
}

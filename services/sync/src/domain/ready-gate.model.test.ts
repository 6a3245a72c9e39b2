import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { stageGate } from './ready-gate.fixture'

/** The likelier, the more often. */
const moves = ['seek', 'seek', 'seek', 'standStill', 'standStill', 'media', 'play', 'play', 'pause', 'reopen'] as const
const who = fc.constantFrom('a', 'b', 'c', 'd')
const says = fc.constantFrom({}, { stalled: true }, { follows: true }, { playsThere: true }, { follows: true, playsThere: true })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('report' as const), who, says }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('ready' as const), who, behind: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('drop' as const), who }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom(...moves) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('pass' as const), byMs: fc.nat({ max: 6_000 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** What the rules say of a member. */
interface Viewer {
  /** The latest version for which it has said to be ready, or needed not say so. */
  ready: number
  stalled: boolean
  /** It was not ready at a deadline, nor has been since. */
  late: boolean
  /** It has been where the room was since; that counts from the next cue on. */
  followed: boolean
}

/** The rules as a reader of them would keep book, beside the gate: who is there, and for what. */
function createBook(waitsMs: number) {
  const viewers = new Map<string, Viewer>()
  let [cue, deadlineMs, standsForStalled, isOver] = [0, 0, false, true]

  const begin = (version: number, nowMs: number, forStalled: boolean) => {
    ;[cue, deadlineMs, standsForStalled, isOver] = [version, nowMs + waitsMs, forStalled, false]
    for (const viewer of viewers.values()) {
      if (viewer.followed) viewer.late = false
      viewer.followed = false
      if (forStalled && !viewer.stalled) viewer.ready = version
    }
  }
  const viewerOf = (id: string): Viewer => {
    const viewer = viewers.get(id) ?? { ready: 0, stalled: false, late: false, followed: false }
    viewers.set(id, viewer)
    return viewer
  }
  const isReady = (viewer: Viewer, version: number) => {
    viewer.ready = Math.max(viewer.ready, version)
    if (viewer.ready >= cue) Object.assign(viewer, { late: false, stalled: false })
  }

  return {
    deadlineMs: () => deadlineMs,
    /** Who keeps the room waiting, should it be waiting. */
    missing: () => [...viewers].filter(([, { ready, late }]) => ready < cue && !late).map(([id]) => id),
    viewers,
    note(each: Step, { version, nowMs, waitsUntilMs }: { version: number; nowMs: number; waitsUntilMs: number | undefined }): void {
      if (each.does === 'report') {
        const said: { stalled?: boolean; follows?: boolean; playsThere?: boolean } = each.says
        const viewer = viewerOf(each.who)
        viewer.stalled = said.stalled === true
        viewer.followed ||= said.follows === true
        if (standsForStalled && said.playsThere) isReady(viewer, cue)
      } else if (each.does === 'ready') isReady(viewerOf(each.who), Math.max(0, version - each.behind))
      else if (each.does === 'drop') viewers.delete(each.who)
      else if (each.does === 'seek' || each.does === 'media' || each.does === 'standStill')
        begin(version + 1, nowMs, each.does === 'standStill')
      else if (each.does === 'reopen') {
        viewers.clear()
        ;[cue, deadlineMs, standsForStalled, isOver] = [waitsUntilMs ? version : 0, waitsUntilMs ?? 0, false, waitsUntilMs === undefined]
      }
    },
    /** Time has passed: who was missing at the deadline is late. */
    pass(nowMs: number): void {
      if (isOver || nowMs < deadlineMs) return
      isOver = true
      for (const viewer of viewers.values()) if (viewer.ready < cue && !viewer.late) Object.assign(viewer, { late: true, followed: false })
    },
  }
}

function perform(room: ReturnType<typeof stageGate>, each: Step): void {
  if (each.does === 'report') return room.report(each.who, each.says)
  if (each.does === 'ready') return room.ready(each.who, Math.max(0, room.version - each.behind))
  if (each.does === 'drop') return room.drop(each.who)
  if (each.does === 'pass') return room.pass(each.byMs)
  room[each.does]()
}

test.each([1_000, 2_000, 10_000])(
  '[RG2] [RG3] [RG6] whoever is ready, stalls, jumps or drops out, in whatever order: nobody who is missing is left behind before the deadline (%d ms), and nobody is waited for past it or for nothing',
  async (waitsMs) => {
    const property = fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
      const room = stageGate({ waitsMs })
      const book = createBook(waitsMs)
      for (const each of steps) {
        const [released, waited] = [room.released.length, room.gate.start]
        book.note(each, { version: room.version, nowMs: room.nowMs, waitsUntilMs: waited?.atMs })
        perform(room, each)
        book.pass(room.nowMs)

        if (room.released.length > released) expect(book.missing()).toEqual([])
        const { start } = room.gate
        if (!start) continue
        expect(start.atMs).toBeGreaterThan(room.nowMs)
        expect(start.atMs).toBeLessThanOrEqual(book.deadlineMs())
        if (book.viewers.size > 0) expect(book.missing()).not.toEqual([])
        expect([...room.gate.awaited].sort()).toEqual(book.missing().sort())
      }
    })

    await fc.assert(property, { seed: 20_261_123, numRuns: 3_000 })
  },
)

import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { leadMs, stageGate, timeoutMs } from './ready-gate.fixture'

const who = fc.constantFrom('a', 'b', 'c', 'd')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('report' as const), who, stalled: fc.boolean(), follows: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('ready' as const), who, behind: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('drop' as const), who }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('seek', 'play', 'pause', 'media', 'standStill', 'reopen') }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('pass' as const), byMs: fc.nat({ max: 12_000 }) }) },
)

/** The latest version for which each has said to be ready: the test's own book, kept without the gate. */
type Ready = Map<string, number>

function walk(room: ReturnType<typeof stageGate>, ready: Ready, each: typeof step extends fc.Arbitrary<infer Step> ? Step : never): void {
  switch (each.does) {
    case 'report':
      return room.report(each.who, each)
    case 'ready': {
      const version = Math.max(0, room.version - each.behind)
      ready.set(each.who, Math.max(version, ready.get(each.who) ?? 0))
      return room.ready(each.who, version)
    }
    case 'drop':
      ready.delete(each.who)
      return room.drop(each.who)
    case 'pass':
      return room.pass(each.byMs)
    case 'reopen':
      ready.clear()
      return room.reopen()
    default:
      return room[each.does]()
  }
}

test('[RG3] whoever comes, leaves, drops out, is ready or seeks, in whatever order: the room never waits past its deadline', async () => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const room = stageGate()
    const ready: Ready = new Map()
    for (const each of steps) {
      walk(room, ready, each)
      const { start, awaited, members } = room.gate
      if (!start) continue
      // It waits for somebody who is there, or knows nobody; and never longer than from when it was asked.
      expect(awaited.size > 0 || members.size === 0).toBe(true)
      for (const id of awaited) expect(members.has(id)).toBe(true)
      expect(start.atMs - room.askedMs).toBeLessThanOrEqual(timeoutMs)
    }
    const plays = room.startMs !== undefined

    room.pass(timeoutMs + leadMs)

    expect(room.gate.start).toBeUndefined()
    expect(room.gate.awaited.size).toBe(0)
    if (plays) expect(room.startMs).toBeLessThanOrEqual(room.nowMs)
  })

  await fc.assert(property, { seed: 20_261_122, numRuns: 3_000 })
})

test('[RG2] and it is never brought forward past somebody who counts, is not ready, and has kept nobody waiting', async () => {
  const steps = fc.array(
    step.filter(({ does }) => !['standStill', 'reopen'].includes(does)),
    { maxLength: 60 },
  )
  const property = fc.property(steps, (all) => {
    const room = stageGate()
    const ready: Ready = new Map()
    for (const each of all) {
      if (each.does === 'report' && 'stalled' in each && each.stalled) continue
      const [before, { deadlineMs, start }] = [room.released.length, room.gate]
      walk(room, ready, each)
      if (room.released.length === before || !start || room.nowMs >= deadlineMs) continue
      for (const [id, { ignored }] of room.gate.members) if (!ignored) expect(ready.get(id) ?? 0).toBeGreaterThanOrEqual(room.gate.cue)
    }
  })

  await fc.assert(property, { seed: 20_261_122, numRuns: 3_000 })
})

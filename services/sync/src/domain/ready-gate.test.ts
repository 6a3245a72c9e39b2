import { describe, expect, test } from 'bun:test'
import type { Whisper } from './elsewhere'
import { canStart, createReadyGate, waitMs } from './ready-gate'
import { leadMs, stageGate, timeoutMs } from './ready-gate.fixture'
import { sampleOf } from './sample'

const none = sampleOf([])
const ben = { id: '00000000-0000-4000-8000-00000000000b', display_name: 'Ben', is_guest: true }
const whisper = (fields: Partial<Whisper>): Whisper => ({
  version: 9,
  counts: true,
  awaited: [],
  delays: none,
  drifts: none,
  worst: [],
  ...fields,
})

describe('ready gate', () => {
  test('[RG1] those who have never told of their player are not waited for: without others a jump is a start like any', () => {
    const room = stageGate()

    room.seek()

    expect(room.startMs).toBe(room.nowMs + leadMs)
    expect(room.gate.start).toBeUndefined()
  })

  test('[RG2] after a jump the room waits until the last of those who count is ready, then starts a lead ahead', () => {
    const room = stageGate()
    for (const id of ['a', 'b']) room.report(id)

    room.seek()
    room.ready('a')
    const between = room.startMs
    room.pass(700)
    room.ready('b')

    expect(between).toBe(room.askedMs + timeoutMs)
    expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG2] with a new medium, PLAY while somebody loads is remembered, and takes effect when that one is ready', () => {
    const room = stageGate()
    for (const id of ['a', 'b']) room.report(id)
    room.media()
    room.ready('a')

    room.pass(1_000)
    room.play()
    const remembered = room.gate.start
    room.pass(2_000)
    room.ready('b')

    expect(remembered).toMatchObject({ atMs: room.askedMs + timeoutMs - 1_000 })
    expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG9] PLAY right before the deadline, and in a room that hardly waits, is brought forward like any', () => {
    const [late, hardly] = [stageGate(), stageGate({ waitsMs: 1_000 })]
    for (const room of [late, hardly]) for (const id of ['a', 'b']) room.report(id)

    late.media()
    late.ready('a')
    late.pass(9_200)
    late.play()
    hardly.seek()
    hardly.ready('a')
    const put = [late, hardly].map(({ gate, nowMs }) => (gate.start?.atMs ?? 0) - nowMs)
    for (const room of [late, hardly]) room.ready('b')

    expect(put).toEqual([800, 1_000])
    for (const room of [late, hardly]) expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG2] a pause while the room waits is a pause; the next start waits for those who are still not ready', () => {
    const room = stageGate()
    room.report('a')
    room.seek()

    room.pause()
    const paused = room.gate.start
    room.pass(1_000)
    room.play()
    const waiting = room.gate.start
    room.ready('a', 2)

    expect(paused).toBeUndefined()
    expect(waiting).toBeDefined()
    expect(room.gate.start).toBeUndefined()
  })

  test('[RG2] being ready for what was before the jump is not being ready', () => {
    const room = stageGate()
    room.report('a')
    room.seek()
    const before = room.version
    room.seek()

    room.ready('a', before)

    expect(room.gate.start).toBeDefined()
  })

  test('[RG2] going on from where one was waits for nobody who was ready for it', () => {
    const room = stageGate()
    room.report('a')
    room.seek()
    room.ready('a')
    room.pause()

    room.play()

    expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG3] at the deadline it starts without the stragglers, who are not waited for again until they catch up', () => {
    const room = stageGate()
    room.report('slow')
    room.seek()
    const atMs = room.startMs

    room.pass(timeoutMs)
    const [released, begun] = [room.released.length, room.startMs]
    room.seek()
    const without = room.startMs
    room.report('slow', { follows: true })
    room.seek()

    expect([released, begun]).toEqual([0, atMs])
    expect(without).toBe(room.nowMs + leadMs)
    expect(room.startMs).toBe(room.nowMs + timeoutMs)
  })

  test('[RG4] who leaves is not waited for', () => {
    const room = stageGate()
    for (const id of ['a', 'b']) room.report(id)
    room.seek()
    room.ready('a')

    room.drop('b')

    expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG4] who comes while the room waits is waited for, and no longer than the others', () => {
    const room = stageGate()
    room.report('a')
    room.seek()
    room.pass(9_000)
    room.report('late')

    room.ready('a')
    const waiting = room.gate.start
    room.pass(1_000)

    expect(waiting).toBeDefined()
    expect(room.gate.awaited.size).toBe(0)
  })

  test('[RG6] standing still for one who stalls waits for that one only, until it plays again', () => {
    const room = stageGate()
    room.report('a')
    room.report('b', { stalled: true })

    room.standStill()
    const awaited = [...room.gate.awaited]
    room.pass(3_000)
    room.report('b')
    const seeking = room.gate.start
    room.report('b', { playsThere: true })

    expect(awaited).toEqual(['b'])
    expect(seeking).toBeDefined()
    expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG2] one who stalled when the room jumped is not ready for that because it stalls no longer, or plays there', () => {
    const room = stageGate()
    room.report('a')
    room.report('b', { stalled: true })
    room.seek()
    room.ready('a')

    room.report('b')
    room.report('b', { playsThere: true })
    const waiting = room.gate.start
    room.ready('b')

    expect(waiting).toBeDefined()
    expect(room.startMs).toBe(room.nowMs + leadMs)
  })

  test('[RG5] a node that opens a room which waits goes on waiting, and does not end that while it knows nobody', () => {
    const room = stageGate()
    room.report('a')
    room.seek()

    room.reopen()
    room.pass(500)

    expect(room.gate.start).toMatchObject({ version: room.version })
    expect(room.released).toEqual([])
  })

  test('[RG5] who is waited for on another node keeps the room waiting here, and so does a node that has not heard of the jump', () => {
    const room = stageGate()
    room.report('a')
    room.seek()
    room.gate.awaited.clear()
    const { version } = room

    expect(canStart(room.gate, [whisper({ version, awaited: [ben] })])).toBe(false)
    expect(canStart(room.gate, [whisper({ version: version - 1 })])).toBe(false)
    expect(canStart(room.gate, [whisper({ version: version - 1, counts: false })])).toBe(true)
    expect(canStart(room.gate, [whisper({ version })])).toBe(true)
  })

  test('[RG5] a jump waits for those who are on other nodes alone', () => {
    const asked = { moved: true, nowMs: 5, timeoutMs }

    expect(waitMs(createReadyGate(), { ...asked, whispers: [whisper({})] })).toBe(timeoutMs)
    expect(waitMs(createReadyGate(), { ...asked, whispers: [whisper({ counts: false })] })).toBe(0)
  })
})

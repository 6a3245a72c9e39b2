import { describe, expect, test } from 'bun:test'
import { createAbsence } from './catch-up.fixture'
import type { Client } from './gateway.fixture'
import { ben, chat, code, settled } from './stage.fixture'

const pageBytes = 128 * 1024
const bytesOf = ({ got }: Client) => got.reduce((bytes, frame) => bytes + Buffer.byteLength(JSON.stringify(frame)), 0)
const firstOf = (since: string) => Number(since.split('.')[1]) + 1
const inOrder = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, place) => from + place)

describe('one who missed much', () => {
  test('[LG17] is given a page, and no more before it has taken that', async () => {
    const { stall } = await createAbsence()

    const back = await stall()
    await settled()

    expect(back.pages).toHaveLength(1)
    expect(bytesOf(back)).toBeLessThan(pageBytes + 4_096)
    expect(bytesOf(back)).toBeGreaterThan(pageBytes / 2)
    expect(back.admitted).toBeUndefined()
  })

  test('[LG17] [LG6] is given all of it, then what comes, in order and once, and each page says where it stands', async () => {
    const { host, since, say, stall } = await createAbsence()
    const back = await stall()

    await say(3, 'meanwhile')
    back.goesOn()
    await back.next('CHAT_MESSAGE')
    while (!back.admitted) await settled()
    await say(1, 'after')

    expect(back.seqs()).toEqual(inOrder(firstOf(since), host.seqs().at(-1) ?? 0))
    const states = back.got.filter(({ type }) => type === 'ROOM_STATE')
    expect(states.length).toBe(back.pages.length + 1)
    expect(states.every((state) => 'resumed' in state && state.resumed === true)).toBe(true)
    expect(states.slice(1).map(({ epoch, seq }) => `${epoch}.${seq}`)).toEqual([...back.pages])
  })

  test('[LG17] what it sends meanwhile takes effect when it has its place; where its player was is not wanted then', async () => {
    const { host, stall } = await createAbsence()
    const back = await stall()

    back.says(chat('late', 'late'))
    for (let report = 0; report < 70; report++) back.says({ type: 'REPORT', position: 0, playing: false, rate: 1, at_ms: 0, error_ms: 1 })
    await settled()
    const before = host.got.length
    back.goesOn()
    const ack = await back.next('ACK')

    expect(host.got.slice(before)).toMatchObject([{ type: 'CHAT_MESSAGE', message: 'late' }])
    expect(ack.seq).toBe(host.seqs().at(-1))
    expect(back.types()).not.toContain('ERROR')
  })

  test('[LG17] another node goes on where its last page ended', async () => {
    const { stage, since, stall } = await createAbsence()
    const south = await stage.node()
    const back = await stall()

    const again = await south.enter(ben, { since: back.pages.at(-1) ?? '' })
    while (!again.admitted) await settled()

    expect([...back.seqs(), ...again.seqs()]).toEqual(inOrder(firstOf(since), again.admitted.seq))
  })

  test.each([300, 30])('[LG17] another node waits until its last page has been taken, of %d lines', async (count) => {
    const { stage, node, host, since } = await createAbsence({ count })

    const again = node.gateway.open({ room: code, token: stage.tokens.issue(ben), since, untaken: true })
    again.stalls()
    await settled()
    const early = again.types()
    again.goesOn()
    while (!again.admitted) await settled()

    expect(early).toEqual([])
    expect(again.seqs()).toEqual(inOrder(firstOf(since), host.seqs().at(-1) ?? 0))
  })

  test('[LG17] [LG7] where the log has forgotten what comes next, there is a snapshot that says so', async () => {
    const { say, stall, stage } = await createAbsence({ bounds: { keptEvents: 300, keptMs: 1, keptEntries: 1_000 } })
    const back = await stall()

    stage.clock.advance(1_000)
    for (let round = 0; round < 8; round++) await say(50, `more${round}.`)
    back.goesOn()
    const state = await back.next('ROOM_STATE')

    expect(state).toMatchObject({ resumed: false, reason: 'window' })
    expect(back.admitted?.seq).toBe(state.seq)
  })

  test('[LG17] one who is removed meanwhile is sent away with the page it has', async () => {
    const { node, stall } = await createAbsence()
    const back = await stall()

    await node.decide(ben, 'REMOVED')
    back.goesOn()

    expect(await back.over()).toBe(4411)
    expect(back.pages).toHaveLength(1)
  })

  test('[LG17] one who goes meanwhile is let go of, and nothing more is read for it', async () => {
    const { node, stall } = await createAbsence()
    const back = await stall()
    const reading = node.tap.holdCalls('read')
    let isReading = false
    void reading.reached.then(() => {
      isReading = true
    })

    back.leaves(1006)
    await settled()

    expect(isReading).toBe(false)
    expect(node.node.context.sessions.size).toBe(1)
    expect(node.node.rooms.all()[0]?.entering.size).toBe(0)
    reading.release()
  })
})

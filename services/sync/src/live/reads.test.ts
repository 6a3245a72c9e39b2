import { describe, expect, test } from 'bun:test'
import type { LogEntry } from '../domain/log-entry'
import { createReadMissed } from './reads'
import { ana, ben, chat, createStage, settled } from './stage.fixture'

/** A log whose answers wait until they are let go, and what it was asked for. */
function setup() {
  const asked: {
    readonly seq: number
    readonly limits: readonly unknown[]
    readonly answer: (entries: readonly LogEntry[] | Error) => void
  }[] = []
  const readMissed = createReadMissed({
    read: (_, { seq }, ...limits) =>
      new Promise((resolve, reject) => {
        asked.push({ seq, limits, answer: (told) => (told instanceof Error ? reject(told) : resolve(told)) })
      }),
  })
  const read = (seq: number, isWanted = () => true) => readMissed('ROOM', { epoch: 'e', seq, note: 0 }, isWanted)
  return { asked, places: () => asked.map(({ seq }) => seq), read }
}

const eight = [1, 2, 3, 4, 5, 6, 7, 8]

describe('what was missed', () => {
  test('[LG18] is read at eight places at once, first come first served', async () => {
    const { asked, places, read } = setup()
    const reads = Array.from({ length: 100 }, (_, place) => read(place + 1))
    await settled()
    const first = places()

    asked[4]?.answer([])
    await settled()
    const second = places()
    for (let at = 0; at < 100; at++) {
      asked[at]?.answer([])
      await settled()
    }
    await Promise.all(reads)

    expect(first).toEqual(eight)
    expect(asked.every(({ limits }) => Bun.deepEquals(limits, [500, 128 * 1024]))).toBe(true)
    expect(second).toEqual([...eight, 9])
    expect(places()).toEqual(Array.from({ length: 100 }, (_, place) => place + 1))
  })

  test('[LG18] is not read for who has gone: the next one has the turn', async () => {
    const { asked, places, read } = setup()
    for (const place of eight) void read(place)
    let isThere = true
    const gone = read(9, () => isThere)
    void read(10)

    isThere = false
    await settled()
    asked[0]?.answer([])
    await settled()

    expect(await gone).toBeUndefined()
    expect(places()).toEqual([...eight, 10])
  })

  test('[LG18] is read once for those who miss the same and whose turns come together', async () => {
    const { asked, places, read } = setup()
    const reads = Array.from({ length: 20 }, () => read(7))
    const seen: number[] = []
    while (seen.length < 3) {
      await settled()
      seen.push(places().length)
      asked.at(-1)?.answer([])
    }

    expect(await Promise.all(reads)).toHaveLength(20)
    expect(seen).toEqual([1, 2, 3])
  })

  test('[LG18] a read that fails passes its turn on', async () => {
    const { asked, places, read } = setup()
    const failing = read(1)
    for (const place of [2, 3, 4, 5, 6, 7, 8, 9]) void read(place)

    asked[0]?.answer(new Error('away'))

    await expect(failing).rejects.toThrow('away')
    await settled()
    expect(places()).toEqual([...eight, 9])
  })

  test('[LG18] [LG17] is so for those who come back to a room, and each gets all of its own', async () => {
    const stage = createStage({ limits: { chat: undefined } })
    const [north, south] = [await stage.node(), await stage.node()]
    const host = await north.enter(ana)
    const { epoch, seq: first } = host.admitted ?? { epoch: '', seq: 0 }
    for (let line = 0; line < 300; line++) {
      host.says(chat(`${line} ${'x'.repeat(1_900)}`, `${line}`))
      await host.next('ACK')
    }
    await south.enter(ben)
    const held = south.tap.holdCalls('read')

    const back = Array.from({ length: 8 }, (_, at) => south.open(at % 2 ? ana : ben, { since: `${epoch}.${first + at}` }))
    await settled()
    const leaving = south.open(ben, { since: `${epoch}.${first}` })
    await settled()
    const under = south.tap.calls.get('read')
    leaving.leaves(1006)
    held.release()
    while (back.some(({ admitted }) => !admitted)) await settled()

    expect(under).toBe(8)
    for (const [at, client] of back.entries()) {
      const [from, to] = [first + at + 1, client.seqs().at(-1) ?? 0]
      expect(client.seqs()).toEqual(Array.from({ length: to - from + 1 }, (_, place) => from + place))
      expect(to).toBeGreaterThanOrEqual(first + 300)
    }
  })
})

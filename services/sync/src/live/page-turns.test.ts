import { describe, expect, test } from 'bun:test'
import { createAbsence } from './catch-up.fixture'
import { createPageTurns } from './page-turns'
import { settled } from './stage.fixture'

/** Doors of which much may wait, and the pages that were put together. */
function setup() {
  const pageTurn = createPageTurns()
  const made: string[] = []
  const doorOf = (waitingBytes: number) => {
    const door = { topic: () => ({ name: '', publish() {}, tell() {} }), waitingBytes, backlogBytes: () => door.waitingBytes }
    return door
  }
  const page = (door: ReturnType<typeof doorOf>, name: string, isWanted = () => true) =>
    pageTurn(door, isWanted, async () => {
      made.push(name)
      return name
    })
  return { made, doorOf, page }
}

describe('pages', () => {
  test('[LG18] wait while much waits for their door, and come in order then; those of other doors do not', async () => {
    const { made, doorOf, page } = setup()
    const [busy, free] = [doorOf(2 * 1024 * 1024 + 1), doorOf(0)]

    const waiting = Array.from({ length: 20 }, (_, at) => page(busy, `busy ${at}`))
    await page(free, 'free')
    const before = [...made]
    busy.waitingBytes = 0
    await Promise.all(waiting)

    expect(before).toEqual(['free'])
    expect(made.slice(1)).toEqual(waiting.map((_, at) => `busy ${at}`))
  })

  test('[LG18] who has gone gives its turn up', async () => {
    const { made, doorOf, page } = setup()
    const busy = doorOf(3 * 1024 * 1024)
    let isThere = true

    const gone = Array.from({ length: 8 }, (_, at) => page(busy, `gone ${at}`, () => isThere))
    const next = page(busy, 'next')
    isThere = false
    await Promise.all(gone)
    busy.waitingBytes = 0

    expect(await next).toBe('next')
    expect(made).toEqual(['next'])
  })

  test('[LG18] are not read for a client whose link is full; it goes on when that has less', async () => {
    const { node, stall } = await createAbsence()
    const back = await stall()

    node.gateway.setBacklog(16 * 1024 * 1024)
    back.goesOn()
    await settled()
    const meanwhile = back.pages.length
    node.gateway.setBacklog(0)
    while (!back.admitted) await settled()

    expect(meanwhile).toBe(1)
    expect(back.pages.length).toBeGreaterThan(2)
  })
})

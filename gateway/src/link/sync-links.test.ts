import { afterEach, describe, expect, test } from 'bun:test'
import type { ToGateway } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { type AcceptLink, createMemoryLink, type LinkEnd } from '@matinee/link'
import { createSyncLinks, type SyncLink, type SyncLinks } from './sync-links'

let links: SyncLinks | undefined
afterEach(() => links?.stop())

const beatMs = 5

/** A node over a link in memory. It answers beats while it is `alive`. */
function createNode(name: string, alive = true) {
  const node = {
    name,
    alive,
    ends: [] as LinkEnd[],
    heard: () => {},
    /** Resolves when it has been taken. */
    async says(text: string) {
      node.ends.at(-1)?.send(text)
      await new Promise(setImmediate)
    },
  }
  const accept: AcceptLink = (end) => {
    node.ends.push(end)
    return {
      frame(text) {
        if (!text.startsWith('H')) return
        if (node.alive) end.send(text)
        node.heard()
      },
      closed() {},
    }
  }
  return Object.assign(node, { connect: createMemoryLink(accept) })
}

function setup(names: readonly string[] = ['one'], { silent = [] }: { readonly silent?: readonly string[] } = {}) {
  const clock = createManualClock()
  const made = names.map((name) => createNode(name, !silent.includes(name)))
  const [node = createNode('none'), other = node] = made
  const ups = createQueue<SyncLink>()
  const downs = createQueue<SyncLink>()
  const reasons: string[] = []
  /** Those that were found to be cut off, at each beat. */
  const found: string[] = []
  const frames = createQueue<ToGateway>()
  links = createSyncLinks({
    nodes: { current: () => made, onChange() {} },
    clock,
    log: silentLog,
    beatMs,
    up: (link) => ups.add(link),
    frame: (_, frame) => frames.add(frame),
    cutOff: ({ name }) => void found.push(name),
    down(link, reason) {
      reasons.push(reason)
      downs.add(link)
    },
  })
  const ready = () => links?.ready().map(({ name }) => name)
  /** Resolves when every node has been asked for a sign of life, and has given it. */
  const beat = async () => {
    const asked = made.map((each) => new Promise<void>((resolve) => Object.assign(each, { heard: resolve })))
    await Promise.all(asked)
    await new Promise(setImmediate)
  }
  /** Three beats and one more pass. */
  const beats = async () => {
    for (let passed = 0; passed < 4; passed++) {
      clock.advance(beatMs)
      await beat()
    }
    await beat()
  }
  return { clock, node, other, ups, downs, reasons, found, frames, ready, beat, beats }
}

describe('links to sync nodes', () => {
  test('[GW36] [G14] a link that the node ends is told as down, and made again', async () => {
    const { node, ups, downs, reasons } = setup()
    const first = await ups.next()

    node.ends[0]?.close()

    expect(await downs.next()).toBe(first)
    expect(await ups.next()).not.toBe(first)
    expect(reasons).toEqual(['closed'])
  })

  test('[GW28] [G14] a frame that is not of the link ends it', async () => {
    const { node, ups, downs, reasons } = setup()
    const link = await ups.next()

    node.ends[0]?.send('nonsense')

    expect(await downs.next()).toBe(link)
    expect(reasons).toEqual(['distrusted'])
  })

  test('[GW28] [G14] a node that gives no sign of life for three beats is given up', async () => {
    const { node, ups, downs, reasons } = setup()
    const link = await ups.next()

    node.alive = false

    expect(await downs.next()).toBe(link)
    expect(reasons).toEqual(['silent'])
  })

  test('[GW28] a gateway that stood still for long gives up no node that answers its next beat', async () => {
    const { clock, ups, reasons, beat } = setup()
    await ups.next()
    await beat()

    clock.advance(100 * beatMs)
    await beat()
    await beat()

    expect(reasons).toEqual([])
  })

  test('[GW31] a draining link takes no new work', async () => {
    const { ups } = setup()
    const link = await ups.next()
    const before = links?.ready()

    link.draining = true

    expect(before).toEqual([link])
    expect(links?.ready()).toEqual([])
  })

  describe('where a node is cut off from the room log', () => {
    test('[GW39] new work goes to those that have it', async () => {
      const { node, ups, ready } = setup(['one', 'two'])
      await Promise.all([ups.next(), ups.next()])

      await node.says('A1')
      const during = ready()
      await node.says('A0')

      expect(during).toEqual(['two'])
      expect(ready()).toEqual(['one', 'two'])
    })

    test('[GW39] what it has goes on elsewhere after three beats, and its link stays, until it has the log again', async () => {
      const { node, ups, reasons, found, ready, beats } = setup(['one', 'two'])
      await Promise.all([ups.next(), ups.next()])
      await beats()

      await node.says('A1')
      const soon = [...found]
      for (let passed = 0; passed < 5; passed++) await beats()
      const during = ready()
      await node.says('A0')
      found.length = 0
      await beats()

      expect(soon).toEqual([])
      expect(during).toEqual(['two'])
      expect([ready(), found]).toEqual([['one', 'two'], []])
      expect([reasons, node.ends.length]).toEqual([[], 1])
    })

    test('[GW36] [GW39] one that has not said whether it has it takes no work', async () => {
      const { node, ups, ready, beat } = setup(['one', 'two'], { silent: ['one'] })
      const first = await ups.next()
      await beat()
      const before = ready()

      await node.says('A1')
      const second = await ups.next()
      const during = ready()
      await node.says('A0')

      expect([first.name, second.name, node.ends.length]).toEqual(['two', 'one', 1])
      expect([before, during, ready()]).toEqual([['two'], ['two'], ['one', 'two']])
    })

    test('[GW39] where all are, they keep their rooms, also when one of them is back a moment before the others', async () => {
      const { node, other, ups, reasons, found, ready, beat, beats } = setup(['one', 'two'])
      await Promise.all([ups.next(), ups.next()])

      for (const each of [node, other]) await each.says('A1')
      await beats()
      const during = ready()
      await other.says('A0')
      await beat()
      await node.says('A0')
      await beats()

      expect(during).toEqual(['one', 'two'])
      expect([...reasons, ...found]).toEqual([])
    })
  })

  test('[GW27] what the node sends is handed on, beats apart', async () => {
    const { node, ups, frames } = setup()
    await ups.next()

    node.ends[0]?.send('H1')
    node.ends[0]?.send('Tt {}')

    expect(await frames.next()).toEqual({ op: 'tell', topic: 't', payload: '{}' })
  })
})

/** What was added, one after the other, to await. */
function createQueue<T>() {
  const items: T[] = []
  const waiting: ((item: T) => void)[] = []
  return {
    add(item: T) {
      const first = waiting.shift()
      if (first) first(item)
      else items.push(item)
    },
    next(): Promise<T> {
      const [item] = items.splice(0, 1)
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item)
    },
  }
}

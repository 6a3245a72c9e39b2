import { afterEach, describe, expect, test } from 'bun:test'
import type { ToGateway } from '@matinee/contracts'
import { createManualClock, silentLog } from '@matinee/kernel'
import { type AcceptLink, createMemoryLink, type LinkEnd } from '@matinee/link'
import { createSyncLinks, type SyncLink, type SyncLinks } from './sync-links'

let links: SyncLinks | undefined
afterEach(() => links?.stop())

const beatMs = 5

/** A node over a link in memory. It answers beats while it is `alive`. */
function setup() {
  const clock = createManualClock()
  const node = { alive: true, ends: [] as LinkEnd[], refusing: false }
  const accept: AcceptLink = (end) => {
    if (node.refusing) end.close()
    else node.ends.push(end)
    return {
      frame(text) {
        if (node.alive && text.startsWith('H')) end.send(text)
      },
      closed() {},
    }
  }
  const ups = createQueue<SyncLink>()
  const downs = createQueue<SyncLink>()
  const reasons: string[] = []
  const frames = createQueue<ToGateway>()
  links = createSyncLinks({
    nodes: { current: () => [{ name: 'one', connect: createMemoryLink(accept) }], onChange() {} },
    clock,
    log: silentLog,
    beatMs,
    up: (link) => ups.add(link),
    frame: (_, frame) => frames.add(frame),
    down(link, reason) {
      reasons.push(reason)
      downs.add(link)
    },
  })
  return { clock, node, ups, downs, reasons, frames }
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
    const { clock, node, ups, downs, reasons } = setup()
    const link = await ups.next()

    node.alive = false
    clock.advance(3 * beatMs + 1)

    expect(await downs.next()).toBe(link)
    expect(reasons).toEqual(['silent'])
  })

  test('[GW31] a draining link takes no new work', async () => {
    const { ups } = setup()
    const link = await ups.next()
    const before = links?.ready()

    link.draining = true

    expect(before).toEqual([link])
    expect(links?.ready()).toEqual([])
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

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { AcceptLink, ConnectLink, LinkEnd } from './link'

export interface LinkUnderTest {
  readonly name: string
  /** Sets up a node that accepts links with `accept`, and says how to reach it. */
  open(accept: AcceptLink): Promise<{ readonly connect: ConnectLink; stop(): void }>
}

/** Every sentence of the link's port, held by every adapter. */
export function linkContract({ name, open }: LinkUnderTest): void {
  describe(`link: ${name}`, () => {
    let connect: ConnectLink
    let stop: () => void
    const accepted: { readonly end: LinkEnd; readonly inbox: Inbox }[] = []

    beforeAll(async () => {
      const node = await open((end) => {
        const inbox = createInbox()
        accepted.push({ end, inbox })
        return inbox
      })
      connect = node.connect
      stop = node.stop
    })
    afterAll(() => stop())

    async function join() {
      const inbox = createInbox()
      const gateway = await connect(inbox)
      // Accepting and connecting may finish in either order: a frame proves that both have.
      gateway.send('hello')
      const node = await newest()
      await node.inbox.until(1)
      node.inbox.frames.length = 0
      return { gateway, inbox, node }
    }
    async function newest() {
      for (;;) {
        const last = accepted.at(-1)
        if (last) {
          accepted.length = 0
          return last
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
    }

    test('frames arrive in the order sent, each once, both ways', async () => {
      const { gateway, inbox, node } = await join()
      const frames = Array.from({ length: 2_000 }, (_, place) => `frame ${place}`)

      for (const frame of frames) {
        gateway.send(frame)
        node.end.send(frame)
      }
      await Promise.all([inbox.until(frames.length), node.inbox.until(frames.length)])

      expect(inbox.frames).toEqual(frames)
      expect(node.inbox.frames).toEqual(frames)
      gateway.close()
    })

    test('text travels as it is', async () => {
      const { gateway, inbox, node } = await join()
      const text = 'zwölf\n"\\\u0000🎬 \u2028'

      gateway.send(text)
      node.end.send(text)
      await Promise.all([inbox.until(1), node.inbox.until(1)])

      expect(node.inbox.frames).toEqual([text])
      expect(inbox.frames).toEqual([text])
      gateway.close()
    })

    test('nothing is handled from within send', async () => {
      const { gateway, node } = await join()

      gateway.send('later')

      expect(node.inbox.frames).toEqual([])
      await node.inbox.until(1)
      gateway.close()
    })

    test('a link that the gateway ends is over for both, once, and takes no more', async () => {
      const { gateway, inbox, node } = await join()

      gateway.close()
      gateway.close()
      await Promise.all([inbox.over, node.inbox.over])
      gateway.send('too late')
      node.end.send('too late')

      expect(inbox.closings + node.inbox.closings).toBe(2)
      expect(node.inbox.frames).toEqual([])
    })

    test('a link that the node ends is over for both', async () => {
      const { inbox, node } = await join()

      node.end.close()
      await Promise.all([inbox.over, node.inbox.over])

      expect(inbox.closings + node.inbox.closings).toBe(2)
    })

    test('links do not hear each other', async () => {
      const one = await join()
      const two = await join()

      one.node.end.send('for one')
      two.node.end.send('for two')
      await Promise.all([one.inbox.until(1), two.inbox.until(1)])

      expect(one.inbox.frames).toEqual(['for one'])
      expect(two.inbox.frames).toEqual(['for two'])
      one.gateway.close()
      two.gateway.close()
    })
  })
}

type Inbox = ReturnType<typeof createInbox>

function createInbox() {
  const frames: string[] = []
  let wake = () => {}
  const { promise: over, resolve: ended } = Promise.withResolvers<void>()
  const inbox = {
    frames,
    closings: 0,
    over,
    frame(text: string) {
      frames.push(text)
      wake()
    },
    closed() {
      inbox.closings++
      ended()
    },
    /** Resolves when `count` frames are there. */
    async until(count: number) {
      while (frames.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
  return inbox
}

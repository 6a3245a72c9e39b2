import type { AcceptLink, ConnectLink, LinkEnd, LinkHandlers } from './link'

/** A link within one process: the frames of one turn of the event loop arrive together in the next. */
export function createMemoryLink(accept: AcceptLink): ConnectLink {
  return async (gateway) => {
    let open = true
    const toNode = createPipe((frame) => node.frame(frame))
    const toGateway = createPipe((frame) => gateway.frame(frame))
    const close = () => {
      if (!open) return
      open = false
      toNode.stop()
      toGateway.stop()
      setImmediate(() => {
        node.closed('closed')
        gateway.closed('closed')
      })
    }
    const node: LinkHandlers = accept({ send: (frame) => toGateway.push(frame), backlogBytes, close })
    const end: LinkEnd = { send: (frame) => toNode.push(frame), backlogBytes, close }
    return end
  }
}

/** What is under way is there in the next turn. */
const backlogBytes = (): number => 0

function createPipe(deliver: (frame: string) => void) {
  let waiting: string[] = []
  let stopped = false
  function drain(): void {
    const frames = waiting
    waiting = []
    for (const frame of frames) {
      if (stopped) return
      deliver(frame)
    }
  }
  return {
    push(frame: string): void {
      if (stopped) return
      waiting.push(frame)
      if (waiting.length === 1) setImmediate(drain)
    },
    stop(): void {
      stopped = true
      waiting = []
    },
  }
}

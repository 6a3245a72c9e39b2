import { timingSafeEqual } from 'node:crypto'
import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import { createFrameQueue, framesOf } from './frame-queue'
import { type AcceptLink, type ConnectLink, type LinkEnd, type LinkEnded, type LinkHandlers, maxLinkBacklogBytes } from './link'

/** Where a sync node accepts links, on its internal port. */
export const linkPath = '/link'

/** What Bun keeps for one accepted link. */
export interface AcceptedLink {
  handlers?: LinkHandlers
  /** Why this side has ended it. */
  ended?: LinkEnded
}

/** The node's side of links over WebSocket: routes for a `Bun.serve`. */
export function createLinkServer({ secret, accept }: { readonly secret: string; readonly accept: AcceptLink }) {
  const expected = Buffer.from(`Bearer ${secret}`)
  const links = new Set<ServerWebSocket<AcceptedLink>>()

  function endOf(socket: ServerWebSocket<AcceptedLink>): LinkEnd {
    const queue = createFrameQueue({
      // What reaches a node in one message leaves it together: it has waited already.
      patient: false,
      write(message) {
        if (!links.has(socket)) return
        // 0 is a dropped message: a link that lost one is worth nothing. Ended later, for this may be within `send`.
        if (socket.send(message) === 0 || socket.getBufferedAmount() > maxLinkBacklogBytes) setImmediate(() => end(socket, 'backlog'))
      },
    })
    return {
      send: queue.push,
      backlogBytes: () => (links.has(socket) ? socket.getBufferedAmount() : 0),
      close() {
        queue.flush()
        socket.close(1000, 'done')
      },
    }
  }

  function end(socket: ServerWebSocket<AcceptedLink>, reason: LinkEnded): void {
    socket.data.ended ??= reason
    socket.terminate()
  }

  function take(socket: ServerWebSocket<AcceptedLink>, message: string | Buffer): void {
    const frames = typeof message === 'string' ? framesOf(message) : undefined
    if (!frames) return end(socket, 'not_a_message')
    for (const frame of frames) if (links.has(socket)) socket.data.handlers?.frame(frame)
  }

  const websocket: WebSocketHandler<AcceptedLink> = {
    maxPayloadLength: maxLinkBacklogBytes,
    // Above our own bound, which ends the link: Bun would drop a frame and keep the link.
    backpressureLimit: 2 * maxLinkBacklogBytes,
    idleTimeout: 60,
    perMessageDeflate: false,
    open(socket) {
      links.add(socket)
      socket.data.handlers = accept(endOf(socket))
    },
    message: take,
    close(socket) {
      links.delete(socket)
      socket.data.handlers?.closed(socket.data.ended ?? 'closed')
    },
  }

  return {
    websocket,
    /** Answers a request for `linkPath`; undefined when it has become a link. */
    upgrade(request: Request, server: Server<AcceptedLink>): Response | undefined {
      const given = Buffer.from(request.headers.get('authorization') ?? '')
      // Compared in constant time; lengths differ only where the secret does.
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return new Response(null, { status: 404 })
      return server.upgrade(request, { data: {} }) ? undefined : new Response(null, { status: 426 })
    },
    /** Ends every link at once. */
    stop(): void {
      for (const socket of links) socket.terminate()
    },
  }
}

/** The gateway's side: a link to the node at `url` (`ws://host:port`), which must accept within `withinMs`. */
export function createWebSocketLink({
  url,
  secret,
  withinMs = 3_000,
}: {
  readonly url: string
  readonly secret: string
  readonly withinMs?: number
}): ConnectLink {
  return (handlers) =>
    new Promise((resolve, reject) => {
      // Bun's client takes headers, which the standard constructor does not.
      const socket = new WebSocket(`${url}${linkPath}`, { headers: { authorization: `Bearer ${secret}` } })
      let accepted = false
      let open = true
      const end = (reason: LinkEnded) => {
        if (!open) return
        open = false
        clearTimeout(deadline)
        socket.terminate()
        if (accepted) handlers.closed(reason)
        else reject(new Error('the sync node did not accept the link'))
      }
      const deadline = setTimeout(end, withinMs, 'closed')
      socket.onopen = () => {
        accepted = true
        clearTimeout(deadline)
        const queue = createFrameQueue({
          patient: true,
          write(message) {
            if (!open) return
            socket.send(message)
            if (socket.bufferedAmount > maxLinkBacklogBytes) setImmediate(end, 'backlog')
          },
        })
        resolve({
          send: queue.push,
          backlogBytes: () => socket.bufferedAmount,
          close() {
            queue.flush()
            setImmediate(end, 'closed')
          },
        })
      }
      socket.onmessage = ({ data }) => {
        const frames = typeof data === 'string' ? framesOf(data) : undefined
        if (!frames) return end('not_a_message')
        for (const frame of frames) if (open) handlers.frame(frame)
      }
      socket.onerror = () => end('closed')
      socket.onclose = () => end('closed')
    })
}

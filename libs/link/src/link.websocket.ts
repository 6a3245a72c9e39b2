import { timingSafeEqual } from 'node:crypto'
import type { Server, ServerWebSocket, WebSocketHandler } from 'bun'
import { type AcceptLink, type ConnectLink, type LinkEnd, type LinkHandlers, maxLinkBacklogBytes } from './link'

/** Where a sync node accepts links, on its internal port. */
export const linkPath = '/link'

/** What Bun keeps for one accepted link. */
export interface AcceptedLink {
  handlers?: LinkHandlers
  /** Frames of this turn of the event loop, to leave in one write. */
  waiting: string[]
}

/** The node's side of links over WebSocket: routes for a `Bun.serve`. */
export function createLinkServer({ secret, accept }: { readonly secret: string; readonly accept: AcceptLink }) {
  const expected = Buffer.from(`Bearer ${secret}`)
  const links = new Set<ServerWebSocket<AcceptedLink>>()

  function endOf(socket: ServerWebSocket<AcceptedLink>): LinkEnd {
    const flush = () => {
      const frames = socket.data.waiting
      socket.data.waiting = []
      if (!links.has(socket)) return
      socket.cork(() => {
        for (const frame of frames) {
          // 0 is a dropped frame: a link that lost one is worth nothing.
          if (socket.send(frame) === 0) return socket.terminate()
        }
      })
      if (socket.getBufferedAmount() > maxLinkBacklogBytes) socket.terminate()
    }
    return {
      send(frame) {
        socket.data.waiting.push(frame)
        if (socket.data.waiting.length === 1) setImmediate(flush)
      },
      close() {
        flush()
        socket.close(1000, 'done')
      },
    }
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
    message(socket, frame) {
      if (typeof frame === 'string') socket.data.handlers?.frame(frame)
      else socket.terminate()
    },
    close(socket) {
      links.delete(socket)
      socket.data.handlers?.closed()
    },
  }

  return {
    websocket,
    /** Answers a request for `linkPath`; undefined when it has become a link. */
    upgrade(request: Request, server: Server<AcceptedLink>): Response | undefined {
      const given = Buffer.from(request.headers.get('authorization') ?? '')
      // Compared in constant time; lengths differ only where the secret does.
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return new Response(null, { status: 404 })
      return server.upgrade(request, { data: { waiting: [] } }) ? undefined : new Response(null, { status: 426 })
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
      const end = () => {
        if (!open) return
        open = false
        clearTimeout(deadline)
        socket.terminate()
        if (accepted) handlers.closed()
        else reject(new Error('the sync node did not accept the link'))
      }
      const deadline = setTimeout(end, withinMs)
      socket.onopen = () => {
        accepted = true
        clearTimeout(deadline)
        resolve({
          send(frame) {
            if (!open) return
            socket.send(frame)
            if (socket.bufferedAmount > maxLinkBacklogBytes) setImmediate(end)
          },
          close: () => setImmediate(end),
        })
      }
      socket.onmessage = ({ data }) => {
        if (open && typeof data === 'string') handlers.frame(data)
      }
      socket.onerror = end
      socket.onclose = end
    })
}

import type { OpenRequest, RefusalCode } from '@matinee/contracts'
import { problemOf, urlOf } from '@matinee/http'
import { type Clock, createRateLimiter, networkOf, type RateLimit, Refusal, unlimited } from '@matinee/kernel'
import {
  type ClientSocket,
  createClientSockets,
  type Handshake,
  isRoomSocket,
  type Outbox,
  type Outlets,
  originAllowed,
  type SocketData,
  type SocketRefusal,
} from '@matinee/socket'
import type { Server } from 'bun'
import type { Connection, Door, Topic } from '../live/connection'
import type { LiveNode } from '../live/node'

/** What the node's own port needs. */
export interface DirectDoorOptions {
  readonly node: LiveNode
  /** Begins the ids of connections; unique among processes. */
  readonly prefix: string
  readonly clock: Clock
  readonly frameLimit: RateLimit | undefined
  /** Of the handshakes from one address; undefined: without limit. */
  readonly handshakeLimit: RateLimit | undefined
  /** How many may be open at once; undefined: as many as the limit of open files leaves room for. */
  readonly maxSockets?: number | undefined
  readonly allowedOrigins: readonly string[]
  /** Hears of frames, sockets and handshakes that were refused. */
  readonly onRefused?: (reason: SocketRefusal | RefusalCode) => void
}

interface DirectTopic extends Topic {
  readonly outlets: Outlets
}

/** The node's own port for client sockets: the rest of sync cannot tell them from those of a gateway. */
export function createDirectDoor(options: DirectDoorOptions) {
  const { node, prefix, clock, frameLimit, handshakeLimit, maxSockets, allowedOrigins, onRefused = () => {} } = options
  const limiter = handshakeLimit ? createRateLimiter({ limits: { handshakes: handshakeLimit }, clock }) : unlimited
  const topics = new Map<string, DirectTopic>()
  /** Where each client is; its outlet forgets that when it is closed. */
  const places = new Map<string, DirectTopic>()
  // Each client has a socket of its own.
  const door: Door = { topic: (name) => topic(name), backlogBytes: () => 0 }
  const sockets = createClientSockets({
    prefix,
    frameLimit,
    maxSockets,
    onRefused,
    monotonicMs: () => clock.monotonicMs(),
    opened: (client, handshake) => node.connect(connectionOf(client), requestOf(handshake)),
    text: ({ id }, text) => node.receive(id, text),
    closed({ id }, code) {
      node.disconnect(id, code)
      leave(id)
    },
  })
  const { outbox }: { outbox: Outbox } = sockets

  function topic(name: string): DirectTopic {
    const known = topics.get(name)
    if (known) return known
    const outlets = outbox.topic()
    const made: DirectTopic = {
      name,
      outlets,
      publish: (_, payload) => outbox.publish(outlets, payload),
      tell: (payload) => outbox.publish(outlets, payload),
    }
    topics.set(name, made)
    return made
  }

  function leave(id: string): void {
    const place = places.get(id)
    places.delete(id)
    if (place?.outlets.members.size === 0 && topics.get(place.name) === place) topics.delete(place.name)
  }

  function enter({ id, outlet }: ClientSocket, name: string): void {
    if (outlet.closed) return
    const next = topic(name)
    outbox.enter(outlet, next.outlets)
    if (places.get(id) !== next) leave(id)
    places.set(id, next)
  }

  const connectionOf = (client: ClientSocket): Connection => ({
    id: client.id,
    door,
    admit: ({ name }) => enter(client, name),
    // Nobody adopts a direct client: when this node goes, it comes back by itself.
    renew() {},
    send: (payload) => outbox.send(client.outlet, payload),
    page(_, payloads) {
      for (const payload of payloads) outbox.send(client.outlet, payload)
      outbox.whenTaken(client.outlet, () => node.taken(client.id))
    },
    close: (code, reason) => outbox.close(client.outlet, code, reason),
  })

  return {
    websocket: sockets.websocket,
    /** Answers a request on the node's own port; undefined when it has become a socket. */
    fetch(request: Request, server: Server<SocketData>): Response | undefined {
      try {
        if (!isRoomSocket(urlOf(request).pathname)) throw new Refusal('not_found')
        const tooMany = limiter.refuse('handshakes', networkOf(server.requestIP(request)?.address ?? 'unknown'))
        if (tooMany) throw new Refusal('rate_limited', tooMany)
        if (!originAllowed(request.headers, allowedOrigins)) throw new Refusal('origin_not_allowed')
        return sockets.upgrade(request, server)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        // Where there is no room for it, that has been counted.
        if (error.code !== 'unavailable') onRefused(error.code)
        return problemOf(error)
      }
    },
    /** Breaks with clients of whom nothing is heard any more. */
    tick: sockets.tick,
    /** Sends every client away, to come back and resume. */
    drain(): void {
      node.restartDoor(door)
    },
  }
}

function requestOf({ room, token, lobby, since }: Handshake): OpenRequest {
  return { room, token, lobby, ...(since === undefined ? {} : { since }) }
}

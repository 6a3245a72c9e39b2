import { closeCodes, type OpenRequest, RoomCode, type ToGateway } from '@matinee/contracts'
import type { Clock } from '@matinee/kernel'
import { type ClientSocket, commandIdOf, errorFrame, type Handshake, type Outbox } from '@matinee/socket'
import { type Client, createClient } from './client'
import { createHeld } from './held'
import { turnPage } from './page'
import { chooseNode } from './rendezvous'
import type { SyncLink } from './sync-links'
import { adoptionsOf, createTopic, forget, isUntaken, placeOf, type Topic } from './topic'
import { isUrgent } from './urgent'

export interface SwitchboardOptions {
  readonly outbox: Outbox
  readonly clock: Clock
  /** The links that take new work. */
  readonly ready: () => readonly SyncLink[]
  /** How long clients stay open while there is no sync node. */
  readonly parkMs: number
  readonly onAdopted?: (count: number, released: boolean) => void
  /** Hears of what is refused here: a frame that no node can take, and for which there is no room; a client that waited for a node too long. */
  readonly onRefused?: (reason: 'held_too_much' | 'no_node') => void
}

/** How a node is told that a client has gone, though its person is still there. */
const broken = 1006
const reconnectingFrame = '{"type":"NOTICE","code":"reconnecting"}'

export type Switchboard = ReturnType<typeof createSwitchboard>

/**
 * Joins client sockets and links. A room's event comes over a link once, and goes
 * to the sockets of its topic without being read. When a link is lost or its node
 * goes, topics move to another node with all their clients, who keep their sockets.
 */
export function createSwitchboard(options: SwitchboardOptions) {
  const { outbox, clock, ready, parkMs, onAdopted = () => {}, onRefused = () => {} } = options
  const clients = new Map<string, Client>()
  const topics = new Map<SyncLink, Map<string, Topic>>()
  /** Topics that no node has. */
  const parked = new Set<Topic>()
  let moves = 0

  const close = (client: Client, reason: keyof typeof closeCodes) => {
    drop(client)
    outbox.close(client.socket.outlet, closeCodes[reason].code, reason)
  }

  function drop(client: Client): void {
    clients.delete(client.socket.id)
    if (client.topic) leave(client, client.topic)
  }

  function leave(client: Client, topic: Topic): void {
    topic.clients.delete(client)
    client.topic = undefined
    if (topic.clients.size > 0) return
    parked.delete(topic)
    if (topic.link) forget(topics, topic.link, topic)
  }

  /** Gives a client that is not in a topic to a node: one that has no answer yet asks again, one that waits is adopted. */
  function place(client: Client): void {
    const link = chooseNode(ready(), client.room)
    client.link = link
    if (!link) return park(client)
    client.parkedUntilMs = undefined
    const { id } = client.socket
    if (client.state === 'opening' && client.request) {
      const changed = { ...(client.hasSent && { again: true }), ...(client.untaken && { untaken: true }) }
      link.send({ op: 'open', connection: id, request: { ...client.request, ...changed } })
    } else {
      const { room, pass, hasSent } = client
      link.send({ op: 'adopt', adoption: { topic: '', room, epoch: '', seq: 0, released: !hasSent, connections: [[id, pass]] } })
    }
    letGo(client, link)
  }

  /** Gives a topic, with all its clients, to a node. */
  function move(topic: Topic): void {
    if (topic.link) forget(topics, topic.link, topic)
    const link = chooseNode(ready(), topic.room)
    topic.link = link
    for (const client of topic.clients) client.link = link
    if (!link) {
      parked.add(topic)
      for (const client of topic.clients) park(client)
      return
    }
    parked.delete(topic)
    topic.name = `${topic.room}.${topic.epoch}~${++moves}`
    for (const adoption of adoptionsOf(topic)) link.send({ op: 'adopt', adoption })
    onAdopted(topic.clients.size, topic.released)
    topic.released = false
    // Its node waits with what is next until the page is taken, and does not have it go on as a topic.
    topic.apart = isUntaken(topic)
    topicsOf(link).set(topic.name, topic)
    for (const client of topic.clients) letGo(client, link)
  }

  function moveAll(link: SyncLink): void {
    const left = [...(topics.get(link)?.values() ?? [])]
    topics.delete(link)
    for (const topic of left) move(topic)
    for (const client of clients.values()) if (client.link === link && !client.topic) place(client)
  }

  /** What the client sent while no node had it. */
  function letGo(client: Client, link: SyncLink): void {
    client.parkedUntilMs = undefined
    const { held } = client
    if (!held) return
    client.held = undefined
    for (const text of held.take()) {
      client.hasSent = true
      link.send({ op: 'text', connection: client.socket.id, text })
    }
  }

  function park(client: Client): void {
    if (client.parkedUntilMs !== undefined) return
    client.parkedUntilMs = clock.monotonicMs() + parkMs
    outbox.send(client.socket.outlet, reconnectingFrame)
  }

  function topicsOf(link: SyncLink): Map<string, Topic> {
    const known = topics.get(link)
    if (known) return known
    const made = new Map<string, Topic>()
    topics.set(link, made)
    return made
  }

  function admit(link: SyncLink, client: Client, frame: Extract<ToGateway, { op: 'admit' }>): void {
    const known = topicsOf(link).get(frame.topic)
    const topic = known ?? createTopic(outbox, { link, name: frame.topic, room: client.room })
    topicsOf(link).set(frame.topic, topic)
    topic.epoch = frame.epoch
    topic.seq = frame.seq
    enter(client, topic)
    client.room = topic.room
    client.state = 'member'
    client.pass = frame.pass
    client.request = undefined
  }

  /** One that has had no place gets a pass because it waits in the lobby; or, while it catches up, because it has another token. */
  function renew(link: SyncLink, client: Client, pass: string): void {
    const { state, request, paged } = client
    client.pass = pass
    client.request = undefined
    if (state !== 'opening') return
    client.state = paged ? 'member' : 'waiting'
    // The token that it came with may be good for nothing by now: it goes on by its pass.
    if (paged && request?.since !== undefined) setApart(link, client, request.since)
  }

  function enter(client: Client, topic: Topic): void {
    if (client.topic && client.topic !== topic) leave(client, client.topic)
    client.topic = topic
    topic.clients.add(client)
    outbox.enter(client.socket.outlet, topic.outlets)
  }

  /** A member that is given pages stands elsewhere than the others of its topic: it goes on by itself. */
  function setApart(link: SyncLink, client: Client, place: string): void {
    const { topic: its, room } = client
    const topic = its?.apart ? its : createTopic(outbox, { link, name: `${room}~${++moves}`, room })
    topicsOf(link).set(topic.name, Object.assign(topic, placeOf(place), { apart: true }))
    enter(client, topic)
  }

  /** A node that goes lets go of what it knows; the rest goes on elsewhere. The link ends with the last. */
  function moveFrom(link: SyncLink): void {
    for (const topic of topics.get(link)?.values() ?? []) if (topic.apart) move(topic)
    if (!topics.has(link)) link.finish()
  }

  return {
    clients: clients as ReadonlyMap<string, Client>,

    /** A client has opened a socket. */
    open(socket: ClientSocket, handshake: Handshake): void {
      // As the room's owner reads it, so that a room has one node however its code is typed.
      const room = RoomCode.safeParse(handshake.room).data ?? handshake.room
      const { token, lobby, since } = handshake
      const request: OpenRequest = { room, token, lobby, ...(since === undefined ? {} : { since }) }
      const client = createClient(socket, request)
      clients.set(socket.id, client)
      place(client)
    },

    /** A client has sent a text frame. What no node can take now is held, within bounds, or refused. */
    text(socket: ClientSocket, text: string): void {
      const client = clients.get(socket.id)
      if (!client) return
      if (client.link && !client.link.draining) {
        client.hasSent = true
        client.link.send({ op: 'text', connection: socket.id, text }, isUrgent(text))
        return
      }
      client.held ??= createHeld()
      if (client.held.add(text)) return
      onRefused('held_too_much')
      outbox.send(socket.outlet, errorFrame('unavailable', { id: commandIdOf(text), retryAfterMs: 1000 }))
    },

    /** A client's socket is gone. */
    closed(socket: ClientSocket, code: number): void {
      const client = clients.get(socket.id)
      if (!client) return
      drop(client)
      client.link?.send({ op: 'closed', connection: socket.id, code })
    },

    /** A node has sent a frame. What it says of clients that are another's by now is not heard. */
    frame(link: SyncLink, frame: ToGateway): void {
      switch (frame.op) {
        case 'publish': {
          const topic = topics.get(link)?.get(frame.topic)
          if (!topic) return
          if (frame.seq !== topic.seq + 1) return link.drop(`${frame.seq} does not follow ${topic.seq}`)
          topic.seq = frame.seq
          topic.apart = false
          return outbox.publish(topic.outlets, frame.payload)
        }
        case 'tell': {
          const topic = topics.get(link)?.get(frame.topic)
          return topic && outbox.publish(topic.outlets, frame.payload)
        }
        case 'drain':
          link.draining = true
          link.send({ op: 'drained' })
          for (const client of clients.values()) if (client.link === link && client.state !== 'member') place(client)
          return moveFrom(link)
        case 'released': {
          const topic = topics.get(link)?.get(frame.topic)
          if (!topic) return
          if (frame.seq !== topic.seq) return link.drop(`released at ${frame.seq}, published up to ${topic.seq}`)
          topic.released = true
          move(topic)
          return moveFrom(link)
        }
        case 'away':
        case 'beat':
          return
      }
      const client = clients.get(frame.connection)
      if (client?.link !== link) return
      switch (frame.op) {
        case 'admit':
          return admit(link, client, frame)
        case 'renew':
          return renew(link, client, frame.pass)
        case 'send':
          return outbox.send(client.socket.outlet, frame.payload)
        case 'page':
          if (client.topic) setApart(link, client, frame.place)
          turnPage(outbox, client, frame)
          return link.draining ? moveFrom(link) : undefined
        case 'close':
          drop(client)
          return outbox.close(client.socket.outlet, frame.code, frame.reason)
      }
    },

    /** A link has come up: those whom no node has, have one now. */
    up(): void {
      for (const topic of [...parked]) move(topic)
      for (const client of clients.values()) if (!client.link && !client.topic) place(client)
    },

    /** A link is gone, and with it whatever was under way on it. */
    down(link: SyncLink): void {
      moveAll(link)
    },

    /** The link stays, and whatever its node has goes on elsewhere: that node is told that it is gone from there. Answers how many clients moved. */
    leave(link: SyncLink): number {
      const leaving = [...clients.values()].filter((client) => client.link === link)
      // Before they move: they may come back over the same link one day.
      for (const { socket } of leaving) link.send({ op: 'closed', connection: socket.id, code: broken })
      moveAll(link)
      return leaving.length
    },

    /** Sends away those who have waited for a node long enough. */
    tick(): void {
      const nowMs = clock.monotonicMs()
      for (const client of clients.values()) {
        if (client.parkedUntilMs === undefined || client.parkedUntilMs > nowMs) continue
        onRefused('no_node')
        outbox.send(client.socket.outlet, errorFrame('unavailable', { retryAfterMs: 1000 }))
        close(client, 'try_later')
      }
    },

    close,
  }
}

import { decodeToSync, encodeToGateway, type ToGateway, type ToSync } from '@matinee/contracts'
import { type Clock, type Log, within } from '@matinee/kernel'
import type { AcceptLink, LinkEnd, LinkEnded } from '@matinee/link'
import type { Connection, Door, Topic } from '../live/connection'
import type { LiveNode } from '../live/node'

/** What the doors of links need. */
export interface LinkDoorsOptions {
  readonly node: LiveNode
  readonly clock: Clock
  readonly logger: Log
  /** A link that brings nothing for so long, not even a beat, has no gateway behind it. */
  readonly idleMs: number
  /** Hears of each link that has ended, and why: as the link has it, or it brought nothing for long, or what is not of a link. */
  readonly onEnded?: (reason: LinkEnded | 'silent' | 'distrusted') => void
}

/** How long a gateway has to stop sending, and commands under way have to finish, before the node goes anyway. */
const drainWithinMs = 5_000
const pollMs = 10

interface LinkDoor extends Door {
  readonly end: LinkEnd
  readonly send: (frame: ToGateway) => void
  heardMs: number
  /** Why this side gave it up. */
  givenUp: 'silent' | 'distrusted' | undefined
  readonly drained: PromiseWithResolvers<void>
  readonly closed: PromiseWithResolvers<void>
}

/** The gateways' way in: each link is a door, and its clients are connections. */
export function createLinkDoors({ node, clock, logger, idleMs, onEnded = () => {} }: LinkDoorsOptions) {
  const doors = new Set<LinkDoor>()
  const { log } = node.context
  let draining = false

  // Gateways give its rooms to another node where that one has the log.
  log.onConnected((connected) => {
    for (const { end } of doors) end.send(encodeToGateway({ op: 'away', away: !connected }))
  })

  const accept: AcceptLink = (end) => {
    const send = (frame: ToGateway) => end.send(encodeToGateway(frame))
    const door: LinkDoor = {
      end,
      send,
      heardMs: clock.monotonicMs(),
      givenUp: undefined,
      drained: Promise.withResolvers(),
      closed: Promise.withResolvers(),
      topic: (name) => topicOf(name, send),
      backlogBytes: () => end.backlogBytes(),
    }
    doors.add(door)
    // Told at once, a gateway that comes too late looks for another node.
    if (draining) send({ op: 'drain' })
    if (!log.connected()) send({ op: 'away', away: true })
    return {
      frame(text) {
        door.heardMs = clock.monotonicMs()
        const message = decoded(text)
        if (message) return take(door, message)
        // Not what it says: that may hold a token.
        logger.error('a gateway sent what is not of the link', { operation: text.slice(0, 1) })
        giveUp(door, 'distrusted')
      },
      closed(reason) {
        onEnded(door.givenUp ?? reason)
        doors.delete(door)
        door.drained.resolve()
        door.closed.resolve()
        node.doorClosed(door)
      },
    }
  }

  function giveUp(door: LinkDoor, reason: NonNullable<LinkDoor['givenUp']>): void {
    door.givenUp ??= reason
    door.end.close()
  }

  function take(door: LinkDoor, frame: ToSync): void {
    switch (frame.op) {
      case 'text':
        return node.receive(frame.connection, frame.text)
      case 'open':
        // It has crossed our `drain`, upon which the gateway asks another node.
        if (draining) return
        return node.connect(new LinkConnection(door, frame.connection), frame.request)
      case 'taken':
        return node.taken(frame.connection)
      case 'closed':
        return node.disconnect(frame.connection, frame.code)
      case 'adopt':
        return node.adopt(door, frame.adoption, (id) => new LinkConnection(door, id))
      case 'drained':
        return door.drained.resolve()
      case 'beat':
        return door.send(frame)
    }
  }

  /** Gives one link's topics away: what its clients have sent takes effect first, then each topic is released at its last seq. */
  async function release(door: LinkDoor): Promise<void> {
    const deadlineMs = clock.monotonicMs() + drainWithinMs
    door.send({ op: 'drain' })
    node.releaseNewcomers(door)
    await within(drainWithinMs, door.drained.promise)
    while (node.busy(door) && clock.monotonicMs() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, pollMs))
    // What is still under way is lost to its clients: they are to repeat it, so nothing is called released.
    // Without the log clients have been told `read_only`, which a node that takes over released topics does not take back.
    const done = !node.busy(door) && log.connected()
    for (const room of done ? node.rooms.all() : []) {
      for (const { topic, door: its } of room.topics)
        if (its === door) door.send({ op: 'released', topic: topic.name, seq: room.replica.seq })
    }
    node.releaseDoor(door)
    // The gateway ends the link when it has heard of its last topic: ending it here could overtake that.
    if (done) await within(drainWithinMs, door.closed.promise)
    door.end.close()
  }

  return {
    accept,
    /** Ends links whose gateway has fallen silent. */
    tick(): void {
      const silentSinceMs = clock.monotonicMs() - idleMs
      for (const door of doors) if (door.heardMs < silentSinceMs) giveUp(door, 'silent')
    },
    /** Hands every topic over; resolves when all links are done with. */
    async drain(): Promise<void> {
      draining = true
      await Promise.all([...doors].map(release))
    },
  }
}

function decoded(text: string): ToSync | undefined {
  try {
    return decodeToSync(text)
  } catch {
    return undefined
  }
}

const topicOf = (name: string, send: (frame: ToGateway) => void): Topic => ({
  name,
  publish: (seq, payload) => send({ op: 'publish', topic: name, seq, payload }),
  tell: (payload) => send({ op: 'tell', topic: name, payload }),
})

/** A class, for there is one for each client: closures would take six times the memory. */
class LinkConnection implements Connection {
  readonly id: string
  readonly door: LinkDoor

  constructor(door: LinkDoor, id: string) {
    this.id = id
    this.door = door
  }

  admit(topic: Topic, epoch: string, seq: number, pass: string): void {
    this.door.send({ op: 'admit', connection: this.id, topic: topic.name, epoch, seq, pass })
  }

  renew(pass: string): void {
    this.door.send({ op: 'renew', connection: this.id, pass })
  }

  send(payload: string): void {
    this.door.send({ op: 'send', connection: this.id, payload })
  }

  page(place: string, payloads: readonly string[]): void {
    this.door.send({ op: 'page', connection: this.id, place, payloads })
  }

  close(code: number, reason: string): void {
    this.door.send({ op: 'close', connection: this.id, code, reason })
  }
}

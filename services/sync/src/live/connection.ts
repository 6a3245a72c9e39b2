/** The way to one client, whichever door it came in by: over a link, or straight. Order is kept over all calls. */
export interface Connection {
  /** Unique among all connections of the system. */
  readonly id: string
  readonly door: Door
  /** From now on the client gets what the topic publishes. The topic stands at `seq`; `pass` lets another node adopt the client. */
  admit(topic: Topic, epoch: string, seq: number, pass: string): void
  /** Replaces the client's pass. */
  renew(pass: string): void
  send(payload: string): void
  /** Sends some of what the client missed, up to `place`; the node is told when all of it has been taken. */
  page(place: string, payloads: readonly string[]): void
  /** The last thing that is done with a connection. */
  close(code: number, reason: string): void
}

/** Where connections come from: one link, or the node's own port. */
export interface Door {
  topic(name: string): Topic
  /** How much of what was sent to all of them together waits in this process. */
  backlogBytes(): number
}

/** Those of a room's members who came in by one door, and get each event together. */
export interface Topic {
  readonly name: string
  /** An event: `seq` is the topic's last plus one. */
  publish(seq: number, payload: string): void
  /** Something outside the log. */
  tell(payload: string): void
}

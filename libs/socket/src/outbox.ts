import { closeCodes } from '@matinee/contracts'
import type { Socket } from './socket'

/** What may wait for a client of what its topics publish, before it is told to come back. */
export const maxWaitingBytes = 256 * 1024
/** How long a client for which more waits than that, for it catches up, may take nothing at all. */
export const stalledAfterMs = 5_000

const corkedAtOnce = 64
const writeAtOnceBytes = 64 * 1024

/** The way out to one client. */
export interface Outlet {
  readonly socket: Socket
  /** @internal */
  topic: Outlets | undefined
  /** @internal Where in its topic's batch this outlet came in. */
  from: number
  /** @internal What is for this outlet alone, each with its place in the topic's batch; no list where there is nothing, for most have nothing. */
  own: Own[] | undefined
  /** @internal What could not leave yet, oldest first, while the socket is full. */
  waiting: Waiting[] | undefined
  /** @internal Of what waits, all but what gives the outlet its state. */
  waitingBytes: number
  full: boolean
  /** @internal Since when it has taken nothing; undefined where nobody has looked since it did. */
  stalledAtMs: number | undefined
  closed: boolean
}

/** A snapshot, or an event of the log that is sent to one alone: what it had missed. */
const isCatchUp = (text: string): boolean => text.startsWith('{"seq":') || text.startsWith('{"type":"ROOM_STATE"')

interface Own {
  readonly at: number
  readonly text: string
}

interface Waiting {
  readonly text: string
  /** 0 for what gives the outlet its state. */
  readonly countedBytes: number
}

/** The outlets that get the same publishes. */
export interface Outlets {
  readonly members: Set<Outlet>
  /** @internal */
  batch: string[]
}

export interface OutboxOptions {
  /** Runs once after the present turn of the event loop; by default `setImmediate`. */
  readonly defer?: (flush: () => void) => void
  /** Hears of a client that was cut off because it does not take what it is sent. */
  readonly onTooSlow?: (outlet: Outlet) => void
  readonly maxWaitingBytes?: number
}

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Sends to many clients at the price of few system calls: what is published in
 * one turn of the event loop leaves together, corked, one write a socket.
 *
 * Each outlet gets its own sends and its topic's publishes in the order in which
 * they were given here, exactly once, or is cut off: nothing is dropped silently.
 * What topics publish, and answers to what a client sends, may wait for a full socket
 * up to `maxWaitingBytes`; what gives one outlet its state (a snapshot, the events it
 * missed) may be more, for its sender has bounded it, as long as the socket goes on taking it.
 */
export function createOutbox({ defer = setImmediate, onTooSlow, maxWaitingBytes: limitBytes = maxWaitingBytes }: OutboxOptions = {}) {
  const busy = new Set<Outlets>()
  const alone = new Set<Outlet>()
  const fullOnes = new Set<Outlet>()
  let scheduled = false

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    defer(flush)
  }

  function flush(): void {
    scheduled = false
    for (const topic of busy) {
      const { batch } = topic
      topic.batch = []
      const small = isSmall(batch)
      for (const outlet of topic.members) emit(outlet, batch, small)
    }
    busy.clear()
    for (const outlet of alone) if (outlet.own) emit(outlet, [], true)
    alone.clear()
  }

  /** Lets out the outlet's share of the batch, its own sends between. */
  function emit(outlet: Outlet, batch: readonly string[], small: boolean): void {
    if (outlet.closed) return
    const simple = small && !outlet.own && outlet.from === 0 && !outlet.full
    if (simple && batch.length === 1) {
      outlet.socket.send(batch[0] ?? '')
      setFull(outlet, outlet.socket.getBufferedAmount() > 0)
    } else if (simple) {
      outlet.socket.cork(() => {
        for (const text of batch) outlet.socket.send(text)
      })
      setFull(outlet, outlet.socket.getBufferedAmount() > 0)
    } else {
      outlet.waiting ??= []
      for (const frame of share(outlet, batch)) {
        outlet.waiting.push(frame)
        outlet.waitingBytes += frame.countedBytes
      }
      if (!outlet.full) write(outlet)
      else if (outlet.waitingBytes + outlet.socket.getBufferedAmount() > limitBytes) cutOff(outlet)
    }
  }

  function setFull(outlet: Outlet, full: boolean): void {
    if (outlet.full === full) return
    outlet.full = full
    if (full) fullOnes.add(outlet)
    else fullOnes.delete(outlet)
  }

  /** What the batch and the outlet's own sends come to, in the order in which they were given. */
  function share(outlet: Outlet, batch: readonly string[]): Waiting[] {
    const { own = [], from } = outlet
    outlet.own = undefined
    outlet.from = 0
    const frames: Waiting[] = []
    let next = 0
    for (let place = from; place <= batch.length; place++) {
      for (let mine = own[next]; mine && mine.at <= place; mine = own[++next])
        frames.push({ text: mine.text, countedBytes: isCatchUp(mine.text) ? 0 : mine.text.length })
      const text = batch[place]
      if (text !== undefined) frames.push({ text, countedBytes: text.length })
    }
    return frames
  }

  /** Writes what waits, up to about what a socket's kernel buffer takes; the rest follows on `drain`. */
  function write(outlet: Outlet): void {
    const { waiting = [], socket } = outlet
    let sent = 0
    let bytes = 0
    socket.cork(() => {
      for (; sent < waiting.length && bytes < writeAtOnceBytes; sent++) {
        const frame = waiting[sent]
        if (!frame) break
        bytes += Buffer.byteLength(frame.text)
        outlet.waitingBytes -= frame.countedBytes
        socket.send(frame.text)
      }
    })
    outlet.waiting = sent === waiting.length ? undefined : waiting.slice(sent)
    const stuck = socket.getBufferedAmount() > 0
    outlet.stalledAtMs = undefined
    setFull(outlet, stuck || outlet.waiting !== undefined)
    // Nothing is stuck, so no `drain` will come: go on in the next turn.
    if (!stuck && outlet.full) defer(() => write(outlet))
  }

  function cutOff(outlet: Outlet): void {
    detach(outlet)
    onTooSlow?.(outlet)
    // The code may not get past what is stuck already; `terminate` then frees the buffer at once.
    outlet.socket.close(closeCodes.too_slow.code, 'too slow')
    outlet.socket.terminate()
  }

  function detach(outlet: Outlet): void {
    outlet.closed = true
    fullOnes.delete(outlet)
    outlet.own = undefined
    outlet.waiting = undefined
    outlet.waitingBytes = 0
    outlet.topic?.members.delete(outlet)
    outlet.topic = undefined
  }

  /** Lets out what was given for this outlet so far, without waiting for the turn to end. */
  function settle(outlet: Outlet): void {
    const batch = outlet.topic?.batch ?? []
    emit(outlet, batch, isSmall(batch))
    outlet.from = outlet.topic?.batch.length ?? 0
  }

  return {
    outlet: (socket: Socket): Outlet => ({
      socket,
      topic: undefined,
      from: 0,
      own: undefined,
      waiting: undefined,
      waitingBytes: 0,
      full: false,
      stalledAtMs: undefined,
      closed: false,
    }),

    topic: (): Outlets => ({ members: new Set(), batch: [] }),

    /** To all who are in the topic now. */
    publish(topic: Outlets, text: string): void {
      topic.batch.push(text)
      busy.add(topic)
      schedule()
    },

    send(outlet: Outlet, text: string): void {
      if (outlet.closed) return
      outlet.own ??= []
      outlet.own.push({ at: outlet.topic?.batch.length ?? 0, text })
      alone.add(outlet)
      schedule()
    },

    /** From now on the outlet gets what the topic publishes, and nothing of any topic it was in before. */
    enter(outlet: Outlet, topic: Outlets): void {
      if (outlet.closed || outlet.topic === topic) return
      if (outlet.topic) {
        settle(outlet)
        outlet.topic.members.delete(outlet)
      }
      outlet.topic = topic
      outlet.from = topic.batch.length
      topic.members.add(outlet)
    },

    /** Lets out what was given before, then closes the socket. */
    close(outlet: Outlet, code: number, reason: string): void {
      if (outlet.closed) return
      settle(outlet)
      for (const frame of outlet.waiting ?? []) outlet.socket.send(frame.text)
      detach(outlet)
      outlet.socket.close(code, reason)
    },

    /** The socket has gone by itself. */
    gone(outlet: Outlet): void {
      detach(outlet)
    },

    /** Cuts off those for whom much waits and who have taken nothing for long. To be called about once a second. */
    tick(nowMs: number): void {
      for (const outlet of fullOnes) {
        outlet.stalledAtMs ??= nowMs
        if (nowMs - outlet.stalledAtMs < stalledAfterMs) continue
        const waits = (outlet.waiting ?? []).reduce((bytes, { text }) => bytes + text.length, 0)
        if (waits > limitBytes) cutOff(outlet)
      }
    },

    /** The socket takes data again: Bun's `drain`. */
    drained(outlet: Outlet): void {
      if (outlet.closed) return
      outlet.stalledAtMs = undefined
      if (outlet.socket.getBufferedAmount() === 0) write(outlet)
    },
  }
}

/** Whether the frames of a turn are surely few enough to be written without looking how full the socket is. */
function isSmall(batch: readonly string[]): boolean {
  if (batch.length > corkedAtOnce) return false
  let length = 0
  for (const text of batch) length += text.length
  return length <= writeAtOnceBytes
}

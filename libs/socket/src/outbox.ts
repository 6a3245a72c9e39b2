import { closeCodes } from '@matinee/contracts'
import { addTo, type Backlog, createBacklog, isTooMuch, isTooSlow, maxWaitingBytes, takeFrom, type WaitingFrame } from './backlog'
import { type Batch, batchOf, nothing } from './batch'
import type { Socket } from './socket'

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
  /** @internal What could not leave yet; nothing for most, whose sockets take what they are given. */
  backlog: Backlog | undefined
  /** @internal Whether what comes now has to wait. */
  full: boolean
  /** @internal Hears once that nothing waits any more. */
  taken: (() => void) | undefined
  closed: boolean
}

interface Own {
  readonly at: number
  readonly text: string
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
 * What has to wait for a full socket is bounded: see backlog.ts.
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
      const batch = batchOf(topic.batch)
      topic.batch = []
      for (const outlet of topic.members) emit(outlet, batch)
    }
    busy.clear()
    for (const outlet of alone) {
      if (outlet.own) emit(outlet, nothing)
      if (!outlet.full) tellTaken(outlet)
    }
    alone.clear()
  }

  /** Lets out the outlet's share of the batch, its own sends between. */
  function emit(outlet: Outlet, batch: Batch): void {
    if (outlet.closed) return
    const { socket } = outlet
    const { texts } = batch
    const isSimple = batch.isSmall && !outlet.own && outlet.from === 0 && !outlet.full
    if (isSimple && texts.length === 1) {
      socket.send(texts[0] ?? '')
      setFull(outlet, socket.getBufferedAmount() > 0)
    } else if (isSimple) {
      socket.cork(() => {
        for (const text of texts) socket.send(text)
      })
      setFull(outlet, socket.getBufferedAmount() > 0)
    } else {
      outlet.backlog ??= createBacklog()
      const { backlog } = outlet
      for (const frame of share(outlet, batch)) addTo(backlog, frame)
      const bufferedBytes = socket.getBufferedAmount()
      if (!outlet.full) write(outlet, backlog)
      else if (!isTooMuch(backlog, bufferedBytes, limitBytes)) return
      else if (bufferedBytes === 0) write(outlet, backlog)
      else cutOff(outlet)
    }
  }

  function setFull(outlet: Outlet, full: boolean): void {
    if (outlet.full === full) return
    outlet.full = full
    if (full) fullOnes.add(outlet)
    else fullOnes.delete(outlet)
    if (!full) tellTaken(outlet)
  }

  /** Unless something was given in this turn, which is still to leave. */
  function tellTaken(outlet: Outlet): void {
    const { taken } = outlet
    if (!taken || outlet.own) return
    outlet.taken = undefined
    taken()
  }

  /** What the batch and the outlet's own sends come to, in the order in which they were given. */
  function share(outlet: Outlet, { texts, bytes }: Batch): WaitingFrame[] {
    const { own = [], from } = outlet
    outlet.own = undefined
    outlet.from = 0
    const frames: WaitingFrame[] = []
    let next = 0
    for (let place = from; place <= texts.length; place++) {
      for (let mine = own[next]; mine && mine.at <= place; mine = own[++next]) {
        frames.push({ text: mine.text, bytes: Buffer.byteLength(mine.text) })
      }
      const text = texts[place]
      if (text !== undefined) frames.push({ text, bytes: bytes()[place] ?? 0 })
    }
    return frames
  }

  /** Writes what waits, in pieces of about what a socket's kernel buffer takes; the rest follows in a later turn, or on `drain`. */
  function write(outlet: Outlet, backlog: Backlog): void {
    const { socket } = outlet
    let bufferedBytes = 0
    do {
      const frames = takeFrom(backlog, writeAtOnceBytes)
      socket.cork(() => {
        for (const { text } of frames) socket.send(text)
      })
      bufferedBytes = socket.getBufferedAmount()
    } while (bufferedBytes === 0 && isTooMuch(backlog, 0, limitBytes))
    if (isTooMuch(backlog, bufferedBytes, limitBytes)) return cutOff(outlet)
    const { closing, frames } = backlog
    const isStuck = bufferedBytes > 0
    if (closing && frames.length === 0) {
      detach(outlet)
      return void socket.close(closing.code, closing.reason)
    }
    if (!isStuck && frames.length === 0) outlet.backlog = undefined
    setFull(outlet, outlet.backlog !== undefined)
    // Nothing is stuck, so no `drain` will come: go on in the next turn.
    if (!isStuck && outlet.full) defer(() => outlet.backlog === backlog && write(outlet, backlog))
  }

  function cutOff(outlet: Outlet): void {
    detach(outlet)
    onTooSlow?.(outlet)
    // The code may not get past what is stuck already; `terminate` then frees the buffer at once.
    outlet.socket.close(closeCodes.too_slow.code, 'too slow')
    outlet.socket.terminate()
  }

  function detach(outlet: Outlet): void {
    fullOnes.delete(outlet)
    outlet.backlog = undefined
    leave(outlet)
  }

  /** It is given nothing from now on; what waits may still leave. */
  function leave(outlet: Outlet): void {
    outlet.closed = true
    outlet.own = undefined
    outlet.taken = undefined
    outlet.topic?.members.delete(outlet)
    outlet.topic = undefined
  }

  /** Lets out what was given for this outlet so far, without waiting for the turn to end. */
  function settle(outlet: Outlet): void {
    emit(outlet, batchOf(outlet.topic?.batch ?? []))
    outlet.from = outlet.topic?.batch.length ?? 0
  }

  /**
   * Bun tells of it by `drain`, but not where what waited in its buffer has left with something else: with what it sends
   * after a message or a ping of the client, say, which finds room before the kernel calls the socket writable.
   */
  function drained(outlet: Outlet): void {
    if (outlet.socket.getBufferedAmount() > 0) return
    if (outlet.backlog) write(outlet, outlet.backlog)
    else setFull(outlet, false)
  }

  return {
    outlet: (socket: Socket): Outlet => ({
      socket,
      topic: undefined,
      from: 0,
      own: undefined,
      backlog: undefined,
      full: false,
      taken: undefined,
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

    /** `taken` is called once, when its socket has got rid of all that was given for this outlet so far; never when it is closed before, or this is asked again. */
    whenTaken(outlet: Outlet, taken: () => void): void {
      if (outlet.closed) return
      outlet.taken = taken
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

    /** Lets out what was given before, as fast as the socket takes it, then closes the socket. Nothing that is given later leaves. */
    close(outlet: Outlet, code: number, reason: string): void {
      if (outlet.closed) return
      settle(outlet)
      // What had to leave first may have been too much.
      if (outlet.closed) return
      if (outlet.backlog && outlet.backlog.frames.length > 0) {
        outlet.backlog.closing = { code, reason }
        return leave(outlet)
      }
      detach(outlet)
      outlet.socket.close(code, reason)
    },

    /** The socket has gone by itself. */
    gone(outlet: Outlet): void {
      detach(outlet)
    },

    /**
     * Goes on with those whose sockets have got rid of all without a word, and cuts off those whose socket is to be closed and
     * who take too little of what is to leave before. To be called about once a second.
     */
    tick(nowMs: number): void {
      for (const outlet of fullOnes) {
        drained(outlet)
        if (outlet.backlog && isTooSlow(outlet.backlog, nowMs)) cutOff(outlet)
      }
    },

    /** The socket takes data again, as Bun's `drain` says, or may do so. */
    drained,
  }
}

import type { Log } from '@matinee/kernel'
import type { ConsumeOptions, Consumer } from '../bus'
import { defaults } from '../defaults'
import { eventOf } from '../event-text'
import { createSlots } from '../slots'
import type { Stream } from './stream'

interface Delivery {
  readonly seq: number
  /** How often it has been handed out. */
  readonly count: number
}

interface Member {
  readonly types: ReadonlySet<string>
  readonly canTake: () => boolean
  readonly take: (delivery: Delivery) => void
}

/** What the consumers of one durable name share: where they stand in the stream, and what has to be given again. */
export interface Durable {
  join(options: ConsumeOptions, log: Log): Consumer
}

export function createDurable(stream: Stream): Durable {
  const members: Member[] = []
  /** Given back by a handler or a member that left. */
  const again: Delivery[] = []
  let handedOut = 0

  /** Hands out what there is to whoever can take it, in turns. */
  function pump() {
    for (;;) {
      const at = members.findIndex((member) => member.canTake())
      const [member] = at === -1 ? [] : members.splice(at, 1)
      if (!member) return
      members.push(member)
      const delivery = next()
      if (!delivery) return
      member.take(delivery)
    }
  }

  function next(): Delivery | undefined {
    for (let back = again.shift(); back; back = again.shift()) {
      if (stream.get(back.seq)) return { ...back, count: back.count + 1 }
    }
    const stored = stream.after(handedOut)
    if (!stored) return undefined
    handedOut = stored.seq
    return { seq: stored.seq, count: 1 }
  }

  stream.onAppend(pump)

  return {
    join(options, log) {
      const { handler, onDead, retryAfterMs, ackWaitMs, maxDeliveries } = { ...defaults, ...options }
      const slots = createSlots(defaults.handlersAtOnce)
      let [paused, stopped] = [false, false]

      const giveBack = (delivery: Delivery) => {
        again.push(delivery)
        pump()
      }
      async function handle(delivery: Delivery) {
        const stored = stream.get(delivery.seq)
        if (!stored || !member.types.has(stored.type)) return
        const event = eventOf(stored.text)
        if (!event || delivery.count > maxDeliveries) return dead(delivery, 'no handler ended in time')
        let settled = false
        // A handler that takes too long may never end: somebody else gets the event.
        const overdue = setTimeout(() => {
          settled = true
          giveBack(delivery)
        }, ackWaitMs)
        try {
          await handler(event)
        } catch (error) {
          if (settled) return
          log.warn('an event could not be handled', { type: stored.type, delivery: delivery.count, error })
          if (delivery.count >= maxDeliveries) dead(delivery, String(error))
          else setTimeout(giveBack, retryAfterMs, delivery)
        } finally {
          clearTimeout(overdue)
        }
      }
      function dead(delivery: Delivery, reason: string) {
        const event = eventOf(stream.get(delivery.seq)?.text ?? '')
        log.error('an event was set aside', { type: event?.type, id: event?.id, reason })
        onDead?.(event, reason)
      }

      const member: Member = {
        types: new Set(options.types),
        canTake: () => !paused && !stopped && slots.free() > 0,
        take: (delivery) =>
          slots.run(async () => {
            // Off the publisher's stack: a publisher never waits for a handler.
            await Promise.resolve()
            if (stopped || paused) return giveBack({ ...delivery, count: delivery.count - 1 })
            await handle(delivery)
            queueMicrotask(pump)
          }),
      }
      members.push(member)
      queueMicrotask(pump)

      return {
        ready: Promise.resolve(),
        async stop() {
          stopped = true
          if (members.includes(member)) members.splice(members.indexOf(member), 1)
          await slots.idle()
          pump()
        },
        pause() {
          paused = true
        },
        resume() {
          paused = false
          pump()
        },
      }
    },
  }
}

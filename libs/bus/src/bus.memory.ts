import type { StreamName } from '@matinee/contracts'
import { streams } from '@matinee/contracts'
import type { Clock, Log } from '@matinee/kernel'
import type { Bus, Consumer } from './bus'
import { createDurable, type Durable } from './memory/durable'
import { followStream } from './memory/follow'
import { createStream, type Stream } from './memory/stream'

export interface MemoryBusOptions {
  readonly clock: Clock
  readonly log: Log
  /** How many events a stream keeps at most; default 10,000. It keeps none for longer than a day. */
  readonly maxEvents?: number
}

/**
 * A bus inside one process, with the promises of the NATS one for as long as the process lives. It forgets all when
 * that ends: what was not published waits in its owner's outbox, auth announces again what still matters of its facts,
 * and sync asks rooms for rows that it lacks.
 */
export function createMemoryBus({ clock, log, maxEvents = 10_000 }: MemoryBusOptions): Bus {
  const stored = new Map<StreamName, Stream>()
  const durables = new Map<string, Durable>()
  const listeners = new Map<string, Set<(data: unknown) => void>>()
  const consumers = new Set<Consumer>()
  const connectionListeners: ((connected: boolean) => void)[] = []
  let closed = false

  const streamOf = (name: StreamName): Stream => {
    const stream = stored.get(name) ?? createStream({ clock, maxEvents })
    stored.set(name, stream)
    return stream
  }
  const kept = (consumer: Consumer): Consumer => {
    consumers.add(consumer)
    return consumer
  }

  return {
    async publish(event) {
      if (closed) throw new Error('the bus is closed')
      const name = streamNameOf(event.type)
      if (!name) throw new Error(`no stream takes ${event.type}`)
      streamOf(name).append(event)
    },

    consume(options) {
      const key = `${options.stream}/${options.durable}`
      const durable = durables.get(key) ?? createDurable(streamOf(options.stream))
      durables.set(key, durable)
      return kept(durable.join(options, log))
    },

    follow: (options) => kept(followStream(streamOf(options.stream), options, { clock, log })),

    signal(subject, data) {
      const text = JSON.stringify(data)
      // Never inside the caller: over a wire it would be later too.
      queueMicrotask(() => {
        for (const listener of listeners.get(subject) ?? []) {
          try {
            listener(JSON.parse(text))
          } catch (error) {
            log.error('a signal could not be handled', { subject, error })
          }
        }
      })
    },

    onSignal(subject, handler) {
      let paused = false
      const listener = (data: unknown) => {
        if (!paused) handler(data)
      }
      const others = listeners.get(subject) ?? new Set()
      listeners.set(subject, others.add(listener))
      return kept({
        ready: Promise.resolve(),
        async stop() {
          others.delete(listener)
        },
        pause() {
          paused = true
        },
        resume() {
          paused = false
        },
      })
    },

    connected: () => !closed,
    onConnected: (listener) => void connectionListeners.push(listener),

    async close() {
      if (!closed) {
        closed = true
        for (const listener of connectionListeners) listener(false)
      }
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
    },
  }
}

/** The stream that stores events of this type. */
function streamNameOf(type: string): StreamName | undefined {
  const names = Object.keys(streams) as StreamName[]
  return names.find((name) => streams[name].subjects.some((subject) => type.startsWith(subject.slice(0, -1))))
}

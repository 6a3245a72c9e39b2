import type { StreamName } from '@matinee/contracts'
import { createLifecycle, type Log } from '@matinee/kernel'
import type { Subscription } from 'nats'
import type { Bus, Consumer } from './bus'
import { textOf } from './event-text'
import { type Connected, openLink } from './nats/connection'
import { consume } from './nats/consume'
import { follow } from './nats/follow'
import { ensureStreams } from './nats/streams'

export interface NatsBusOptions {
  /** Addresses of the servers of one cluster, `nats://host:port`. */
  readonly servers: readonly string[]
  /** The streams this service publishes to, and so makes. */
  readonly streams: readonly StreamName[]
  readonly log: Log
  /** How the server's own lists call this client; default `matinee`. */
  readonly name?: string
  /** After how long without the server's acknowledgement a publish rejects; default 2,000. */
  readonly publishWithinMs?: number
}

/** A bus over NATS JetStream. It starts without the server and goes on when that comes, or comes back. */
export function openNatsBus({ servers, streams, log, name = 'matinee', publishWithinMs = 2_000 }: NatsBusOptions): Bus {
  const link = openLink({ servers, name, log })
  const lifecycle = createLifecycle(log)
  lifecycle.onStop('nats connection', () => link.close())
  // At each connect, not once: the server may come back without its data.
  link.onConnect((connected) => void ensureStreams(streams, connected, log))

  const kept = (what: string, consumer: Consumer): Consumer => {
    lifecycle.onStop(what, () => consumer.stop())
    return consumer
  }

  return {
    async publish(event) {
      const connected = link.now()
      // The client would keep it and send it after a reconnect, long after the caller has given up.
      if (!connected) throw new Error('NATS is not connected')
      await connected.js.publish(event.type, textOf(event), { msgID: event.id, timeout: publishWithinMs })
    },

    consume: (options) => kept(`consumer ${options.durable}`, consume(link, options, log)),
    follow: (options) => kept('follower', follow(link, options, log)),

    signal(subject, data) {
      try {
        link.now()?.nc.publish(subject, JSON.stringify(data))
      } catch (error) {
        log.debug('a signal was not sent', { subject, error })
      }
    },

    onSignal: (subject, handler) => kept('listener', listen(subject, handler)),

    connected: () => link.now() !== undefined,
    onConnected: link.onChange,
    close: () => lifecycle.stop(),
  }

  function listen(subject: string, handler: (data: unknown) => void): Consumer {
    const ready = Promise.withResolvers<void>()
    let [paused, stopped] = [false, false]
    let subscription: Subscription | undefined
    const subscribe = ({ nc }: Connected) => {
      // The client subscribes again by itself after a reconnect.
      if (stopped || subscription) return
      subscription = nc.subscribe(subject, {
        callback(error, message) {
          if (error || paused) return
          try {
            handler(message.json())
          } catch (thrown) {
            log.error('a signal could not be handled', { subject, error: thrown })
          }
        },
      })
      // The server has heard of it once it answers.
      void nc.flush().then(ready.resolve, ready.resolve)
    }
    link.onConnect(subscribe)
    return {
      ready: ready.promise,
      async stop() {
        stopped = true
        subscription?.unsubscribe()
        ready.resolve()
      },
      pause() {
        paused = true
      },
      resume() {
        paused = false
      },
    }
  }
}

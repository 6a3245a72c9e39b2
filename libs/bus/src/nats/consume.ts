import type { Log } from '@matinee/kernel'
import { AckPolicy, type ConsumerMessages, DeliverPolicy, headers, type JsMsg, nanos } from 'nats'
import type { ConsumeOptions, Consumer } from '../bus'
import { defaults } from '../defaults'
import { deadSubject, eventOf } from '../event-text'
import { createSlots } from '../slots'
import type { Connected, Link } from './connection'
import { runSessions, type Session } from './session'

/** How long the server holds one request for events open. */
const pullMs = 15_000

/** One of those who share a durable pull consumer. */
export function consume(link: Link, options: ConsumeOptions, log: Log): Consumer {
  const { stream, durable, handler, onDead, ackWaitMs, retryAfterMs, maxDeliveries } = { ...defaults, ...options }
  const wanted = new Set(options.types)
  const slots = createSlots(defaults.handlersAtOnce)
  const ready = Promise.withResolvers<void>()

  const sessions = runSessions(link, session, log.with({ stream, durable }))

  async function session({ connected, ended }: Session) {
    await ensureDurable(connected)
    const consumer = await connected.js.consumers.get(stream, durable)
    ready.resolve()
    while (!ended.aborted) {
      await slots.available()
      if (ended.aborted) return
      const messages = await consumer.fetch({ max_messages: slots.free(), expires: pullMs })
      await eachUntil(ended, messages, (message) => slots.run(() => handle(message, connected)))
    }
  }

  async function ensureDurable({ jsm }: Connected) {
    const settings = { ack_wait: nanos(ackWaitMs), max_deliver: -1, max_ack_pending: 1_000 }
    const known = await jsm.consumers.info(stream, durable).catch(() => undefined)
    if (!known) {
      // The server counts no deliveries for us: what is set aside has to be told and kept.
      await jsm.consumers.add(stream, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ...settings,
      })
    } else if (known.config.ack_wait !== settings.ack_wait) {
      await jsm.consumers.update(stream, durable, settings)
    }
  }

  async function handle(message: JsMsg, connected: Connected) {
    // Filtered here: this server version knows one filter a consumer, and a durable's cannot change while it lives.
    if (!wanted.has(message.subject)) return message.ack()
    const delivery = message.info.deliveryCount
    const event = eventOf(message.string())
    if (!event) return setAside(message, connected, 'not an event')
    // Its handlers never came to an end: a crash, or longer than they may take.
    if (delivery > maxDeliveries) return setAside(message, connected, 'no handler ended in time')
    try {
      await handler(event)
      message.ack()
    } catch (error) {
      log.warn('an event could not be handled', { type: event.type, delivery, error })
      if (delivery >= maxDeliveries) await setAside(message, connected, String(error))
      else message.nak(retryAfterMs)
    }
  }

  async function setAside(message: JsMsg, { js }: Connected, reason: string) {
    const event = eventOf(message.string())
    try {
      const about = headers()
      about.set('Matinee-Durable', durable)
      // A header is one line.
      about.set('Matinee-Reason', reason.replaceAll(/\s+/g, ' ').slice(0, 500))
      await js.publish(deadSubject(stream), message.data, { msgID: `dead.${durable}.${message.seq}`, headers: about })
      message.term()
    } catch (error) {
      // Not lost: it is delivered once more, and set aside then.
      log.warn('an event could not be set aside', { error })
      return message.nak(retryAfterMs)
    }
    log.error('an event was set aside', { type: event?.type, id: event?.id, reason })
    onDead?.(event, reason)
  }

  return {
    ready: ready.promise,
    pause: sessions.pause,
    resume: sessions.resume,
    async stop() {
      await sessions.stop()
      await slots.idle()
      ready.resolve()
    },
  }
}

/** Takes messages as they come until there are no more or `ended`; what came and was not taken goes back at once. */
export async function eachUntil(
  ended: AbortSignal,
  messages: ConsumerMessages,
  take: (message: JsMsg) => Promise<void> | void,
): Promise<void> {
  const close = () => void messages.close()
  ended.addEventListener('abort', close, { once: true })
  if (ended.aborted) close()
  try {
    for await (const message of messages) {
      if (ended.aborted) message.nak()
      else await take(message)
    }
  } finally {
    ended.removeEventListener('abort', close)
  }
}

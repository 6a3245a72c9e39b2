import type { Log } from '@matinee/kernel'
import { AckPolicy, type ConsumerConfig, DeliverPolicy, nanos } from 'nats'
import type { Consumer, FollowOptions } from '../bus'
import { eventOf } from '../event-text'
import type { Connected, Link } from './connection'
import { eachUntil } from './consume'
import { runSessions, type Session } from './session'

const pullMs = 15_000
const batch = 256
/** After this long without a request the server forgets the consumer of a process that is gone. */
const forgottenAfterMs = 60_000

/** How far into which incarnation of a stream the follower has come. */
interface Position {
  readonly createdAt: string
  readonly seq: number
  readonly storedAtMs: number
}

/**
 * Follows a stream in its order. Each session has a consumer of its own that begins where the last one stood, because a
 * message that was under way when a connection broke is told to nobody: only asking again from a known place misses nothing.
 */
export function follow(link: Link, { stream, types, sinceMs, handler }: FollowOptions, log: Log): Consumer {
  const wanted = new Set(types)
  const ready = Promise.withResolvers<void>()
  let position: Position | undefined

  const sessions = runSessions(link, session, log.with({ stream }))

  async function session({ connected, ended }: Session) {
    const { state, created } = await connected.jsm.streams.info(stream)
    const info = await connected.jsm.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(forgottenAfterMs),
      mem_storage: true,
      ...startOf(created, state.last_seq),
    })
    const consumer = await connected.js.consumers.get(stream, info.name)
    let toCatchUp = info.num_pending
    let delivered = 0
    if (toCatchUp === 0) ready.resolve()
    while (!ended.aborted) {
      const messages = await consumer.fetch({ max_messages: batch, expires: pullMs })
      await eachUntil(ended, messages, async (message) => {
        delivered += 1
        // One got lost on the way: the next session asks for it again.
        if (message.info.deliverySequence !== delivered) throw new Error('an event is missing')
        const event = wanted.has(message.subject) ? eventOf(message.string()) : undefined
        if (event) await handler(event).catch((error) => log.error('a followed event could not be handled', { type: event.type, error }))
        position = { createdAt: created, seq: message.seq, storedAtMs: Math.floor(message.info.timestampNanos / 1_000_000) }
        toCatchUp -= 1
        if (toCatchUp === 0) ready.resolve()
      })
    }
    await forget(connected, info.name)
  }

  function startOf(createdAt: string, lastSeq: number): Partial<ConsumerConfig> {
    if (position?.createdAt === createdAt && position.seq <= lastSeq) {
      return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: position.seq + 1 }
    }
    // Another stream under the same name, or one that lost its end with its server: numbers mean nothing there, instants do.
    return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(position?.storedAtMs ?? sinceMs).toISOString() }
  }

  async function forget({ jsm, broken }: Connected, name: string) {
    if (broken.aborted) return
    // If not now, then by the server itself.
    await jsm.consumers.delete(stream, name).catch(() => {})
  }

  return {
    ready: ready.promise,
    pause: sessions.pause,
    resume: sessions.resume,
    async stop() {
      await sessions.stop()
      // Nobody may wait for what no longer comes.
      ready.resolve()
    },
  }
}

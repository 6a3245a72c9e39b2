import type { Bus, Consumer } from '@matinee/bus'
import { AuthEvent, RoomsEvent } from '@matinee/contracts'
import type { Clock, Log } from '@matinee/kernel'
import type { LiveNode } from './live/node'
import { applyParticipant, applyRoom } from './live/rows'

/** What hearing of facts needs. */
export interface SubscriptionsOptions {
  readonly bus: Bus
  readonly node: LiveNode
  readonly clock: Clock
  readonly logger: Log
  readonly tokenLifetimeMs: number
}

/** The durable consumer that all sync nodes share. */
const durable = 'sync'

/** What happens elsewhere and matters here: rows of rooms and participants, and sessions that ended. */
export function subscribe({ bus, node, clock, logger, tokenLifetimeMs }: SubscriptionsOptions): {
  readonly facts: Consumer
  stop(): Promise<void>
} {
  const { context } = node
  const facts = bus.consume({
    stream: 'ROOMS',
    durable,
    types: RoomsEvent.options.map(({ shape }) => shape.type.value),
    async handler(event) {
      const { data } = RoomsEvent.parse(event)
      // The one who consumes need not serve the room: the log tells the nodes that do.
      if ('participant' in data) await applyParticipant(context, data.participant)
      else await applyRoom(context, data.room)
    },
    onDead(event, reason) {
      context.metrics.deadFacts.inc()
      logger.error('a fact was set aside', { type: event?.type, id: event?.id, reason })
    },
  })
  const revocations = bus.follow({
    stream: 'AUTH',
    types: ['auth.session.revoked'],
    // Older ones concern no token that could still be valid.
    sinceMs: clock.nowMs() - tokenLifetimeMs,
    async handler(event) {
      const parsed = AuthEvent.parse(event)
      if (parsed.type === 'auth.session.revoked') node.revoke(parsed.data.session_id)
    },
  })
  return {
    facts,
    async stop() {
      await Promise.all([facts.stop(), revocations.stop()])
    },
  }
}

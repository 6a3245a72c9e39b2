import type { Bus } from '@matinee/bus'
import { type AnyCloudEvent, AuthEvent, RoomsSeen, roomsSeenSubject } from '@matinee/contracts'
import type { Clock, Log, Running } from '@matinee/kernel'
import type { Accounts } from './accounts'

export interface SubscriptionsDeps {
  readonly bus: Bus
  readonly accounts: Accounts
  /** Those whose tokens are refused from now on. */
  readonly ended: { add(sessionId: string): void }
  /** Each hears what every sync node serves. */
  readonly seenBy: readonly { heard(seen: RoomsSeen): void }[]
  readonly tokenTtlMs: number
  readonly clock: Clock
  readonly log: Log
}

/** Hears of what concerns rooms from elsewhere, until stopped. Returns at once, whether or not the bus is there. */
export function startSubscriptions({ bus, accounts, ended, seenBy, tokenTtlMs, clock, log }: SubscriptionsDeps): Running {
  const consumers = [
    bus.onSignal(roomsSeenSubject, (data) => {
      const seen = RoomsSeen.safeParse(data)
      if (!seen.success) log.warn('not a report of rooms seen', { error: seen.error })
      else for (const listener of seenBy) listener.heard(seen.data)
    }),

    // Each process judges tokens by itself, so each hears of every session that ended, every new name and everybody who is no
    // more; what came before concerns no token that is left.
    bus.follow({
      stream: 'AUTH',
      types: ['auth.session.revoked', 'auth.user.updated', 'auth.user.removed'],
      sinceMs: clock.nowMs() - tokenTtlMs,
      async handler(event) {
        const { type, data } = AuthEvent.parse(event)
        if (type === 'auth.session.revoked') ended.add(data.session_id)
        // Rows too, though a consumer below sees to them: this process may have written some after that one looked.
        else if (type === 'auth.user.removed') await accounts.displaced(data.user_id)
        else await followAccount(event, accounts)
      },
    }),

    bus.consume({
      stream: 'AUTH',
      durable: 'rooms-accounts',
      types: ['auth.user.updated', 'auth.user.removed'],
      handler: (event) => followAccount(event, accounts),
      onDead: (event, reason) => log.error('a fact about an account was given up', { type: event?.type, event_id: event?.id, reason }),
    }),
  ]
  return {
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    },
  }
}

async function followAccount(event: AnyCloudEvent, accounts: Accounts): Promise<void> {
  const { type, data, time } = AuthEvent.parse(event)
  if (type === 'auth.user.updated') {
    const { user_id: userId, display_name: displayName, is_guest: isGuest } = data
    await accounts.renamed({ userId, displayName, isGuest, namedAtMs: Date.parse(time) })
  }
  if (type === 'auth.user.removed') await accounts.removed(data.user_id)
}

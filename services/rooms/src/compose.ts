import type { Bus } from '@matinee/bus'
import {
  checksOf,
  createEndedSessions,
  createInternalSecret,
  createMetrics,
  createTokenVerifier,
  fetchJwksFrom,
  type HttpService,
  openHttpService,
  type Upstream,
} from '@matinee/http'
import { type Clock, type Ids, type Log, systemClock, systemIds } from '@matinee/kernel'
import { createOutbox } from '@matinee/outbox'
import { createAccounts } from './accounts'
import { createRoomsApp, createRoomsInternalApp } from './app'
import type { RoomsConfig } from './config'
import { createEntering } from './entering'
import { createHeartbeats } from './heartbeats'
import { createLive } from './live'
import { createMemberships } from './memberships'
import { createNames } from './names'
import { createNewerRows } from './newer-rows'
import { createRooms } from './rooms'
import { createGuessLimits, noGuessLimits } from './store/guess-limits'
import { openStore } from './store/open-store'
import { createPasswords } from './store/passwords'
import { createRoomStore } from './store/room-store'
import { startSubscriptions } from './subscriptions'
import { createViewers } from './viewers'

export { defaultRoomsConfig, type RoomsConfig } from './config'

export interface ComposeRoomsOptions {
  readonly config: RoomsConfig
  /** Stays the caller's: it is not closed here. */
  readonly bus: Bus
  /** Asked for the keys that access tokens are judged by. */
  readonly auth: Upstream
  readonly log: Log
  readonly clock?: Clock
  readonly ids?: Ids
}

const sweepEveryMs = 60_000

/** Opens rooms on their database, with the schema migrated. They answer `/api/rooms/…`, and inside `/internal/memberships`, `/internal/rows` and so on. */
export const composeRooms = ({ config, bus, auth, log, clock = systemClock, ids = systemIds }: ComposeRoomsOptions): Promise<HttpService> =>
  openHttpService(log, async (lifecycle, draining) => {
    const { db, tables } = await openStore(config.databaseUrl)
    lifecycle.onStop('database', () => db.close())

    const announcer = createOutbox({ db, table: tables.outbox, bus, clock, ids, log, source: 'rooms' })
    const store = createRoomStore({ db, tables, announcer })
    const passwords = createPasswords({ atOnce: config.passwordsAtOnce, waiting: config.passwordsWaiting })
    const limits = config.limits ? createGuessLimits({ db, tables, clock, policy: config.limits }) : noGuessLimits
    const viewers = createViewers({ clock })
    const heartbeats = createHeartbeats({ store, clock, log })
    const names = createNames({ clock, tokenTtlMs: config.accessTokenTtlMs })
    const ended = createEndedSessions({ clock, tokenTtlMs: config.accessTokenTtlMs })

    const shared = { log, metrics: createMetrics({ service: 'rooms' }), internalSecret: createInternalSecret(config.internalSecret) }
    const open = createRoomsApp({
      ...shared,
      rooms: createRooms({ store, passwords, names, viewersOf: viewers.of, clock, ids }),
      enter: createEntering({ store, passwords, limits, names, clock }),
      verifier: createTokenVerifier({ issuer: config.issuer, fetchJwks: fetchJwksFrom(auth), clock }),
      isRevoked: ended.has,
    })
    const internal = createRoomsInternalApp({
      ...shared,
      memberships: createMemberships({ store }),
      newerRows: createNewerRows({ store }),
      live: createLive({ store }),
      checks: checksOf({ db, bus }),
      draining,
    })

    announcer.start()
    lifecycle.onStop('outbox', () => announcer.stop())
    lifecycle.onStop('heartbeats', () => heartbeats.settled())
    const subscriptions = startSubscriptions({
      bus,
      accounts: createAccounts({ store, names, clock }),
      ended,
      seenBy: [viewers, heartbeats],
      tokenTtlMs: config.accessTokenTtlMs,
      clock,
      log,
    })
    lifecycle.onStop('subscriptions', () => subscriptions.stop())
    lifecycle.every('sweep', sweepEveryMs, () => limits.sweep())

    return { open, internal }
  })

import type { Bus } from '@matinee/bus'
import {
  checksOf,
  createInternalApp,
  createInternalSecret,
  createMetrics,
  createTokenVerifier,
  type HttpService,
  openHttpService,
} from '@matinee/http'
import { type Clock, type Ids, type Log, systemClock, systemIds } from '@matinee/kernel'
import { createOutbox } from '@matinee/outbox'
import packageJson from '../package.json'
import { createAuthApp } from './app'
import { createAuth } from './auth'
import type { AuthConfig } from './config'
import { repeatToWhoLostIt } from './repetition'
import { createAccessTokens } from './secrets/access-tokens'
import { createPasswords } from './secrets/passwords'
import { createRefreshTokens } from './secrets/refresh-tokens'
import { openSigningKey } from './secrets/signing-key'
import { createAnnouncements } from './store/announcements'
import { createAttemptStore } from './store/attempt-store'
import { openStore } from './store/open-store'
import { createSessionStore } from './store/session-store'
import { createSigningKeyStore } from './store/signing-key-store'
import { createUserStore } from './store/user-store'
import { subscribe } from './subscriptions'
import { sweep } from './sweep'

export { type AuthConfig, defaultAuthConfig } from './config'

export interface ComposeAuthOptions {
  readonly config: AuthConfig
  /** Stays the caller's: it is not closed here. */
  readonly bus: Bus
  readonly log: Log
  readonly clock?: Clock
  readonly ids?: Ids
}

const sweepEveryMs = 60_000

/** Opens auth on its database, with the schema migrated and the signing key made or read. It answers `/api/auth/…` and `/.well-known/jwks.json`. */
export const composeAuth = ({ config, bus, log, clock = systemClock, ids = systemIds }: ComposeAuthOptions): Promise<HttpService> =>
  openHttpService(log, async (lifecycle, draining) => {
    const { db, tables } = await openStore(config.databaseUrl)
    lifecycle.onStop('database', () => db.close())
    const outbox = createOutbox({ db, table: tables.outbox, bus, clock, ids, log, source: 'auth' })
    const announcements = createAnnouncements({ db, tables, outbox, clock, keptMs: config.accessTokenTtlMs })
    const users = createUserStore({ db, tables, facts: announcements })
    const sessionStore = createSessionStore({ db, tables, facts: announcements })
    const attempts = createAttemptStore({ db, tables })
    const key = await openSigningKey({
      store: createSigningKeyStore({ db, tables }),
      clock,
      encryptionSecret: config.keyEncryptionSecret,
    })
    const auth = createAuth({
      users,
      sessionStore,
      attempts,
      passwords: await createPasswords({ atOnce: config.passwordsAtOnce, waiting: config.passwordsWaiting }),
      accessTokens: createAccessTokens(key),
      refreshTokens: createRefreshTokens(ids),
      clock,
      ids,
      issuer: config.issuer,
      accessTokenTtlMs: config.accessTokenTtlMs,
      limits: config.limits,
    })

    const metrics = createMetrics({ service: 'auth' })
    const internalSecret = createInternalSecret(config.internalSecret)
    const { publicJwks } = key
    const verifier = createTokenVerifier({ issuer: config.issuer, fetchJwks: async () => publicJwks, clock })
    const open = createAuthApp({ ...auth, log, metrics, internalSecret, verifier, publicJwks })
    const internal = createInternalApp({
      service: 'auth',
      version: packageJson.version,
      log,
      metrics,
      internalSecret,
      draining,
      checks: checksOf({ db, bus }),
    })

    outbox.start()
    lifecycle.onStop('outbox', () => outbox.stop())
    const repetition = await repeatToWhoLostIt({ bus, announcements, log })
    lifecycle.onStop('repetition', () => repetition.stop())
    const seen = subscribe({ bus, users, clock, log })
    lifecycle.onStop('subscriptions', () => seen.stop())
    lifecycle.every('sweep', sweepEveryMs, () => sweep({ users, sessions: sessionStore, attempts, announcements, clock }))

    return { open, internal }
  })

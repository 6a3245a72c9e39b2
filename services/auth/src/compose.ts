import type { Bus } from '@matinee/bus'
import { createInternalApp, createInternalSecret, createMetrics, createTokenVerifier } from '@matinee/http'
import { type Clock, createLifecycle, type Ids, type Log, type Running, systemClock, systemIds } from '@matinee/kernel'
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

/** A running auth, without ports of its own: whoever composes it serves it, or calls it. */
export interface ComposedAuth extends Running {
  /** Answers `/api/auth/…` and `/.well-known/jwks.json`. */
  fetch(request: Request): Promise<Response>
  /** Answers `/health/…` and `/metrics`; for the internal port. */
  internalFetch(request: Request): Promise<Response>
  /** From now on readiness says no, so that no new traffic is sent here. */
  drain(): void
}

const sweepEveryMs = 60_000

/** Opens auth on its database, with the schema migrated and the signing key made or read. */
export async function composeAuth({ config, bus, log, clock = systemClock, ids = systemIds }: ComposeAuthOptions): Promise<ComposedAuth> {
  const lifecycle = createLifecycle(log)
  const { db, tables } = await openStore(config.databaseUrl)
  lifecycle.onStop('database', () => db.close())
  try {
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
    const app = createAuthApp({ ...auth, log, metrics, internalSecret, verifier, publicJwks })
    let draining = false
    const internalApp = createInternalApp({
      service: 'auth',
      version: packageJson.version,
      log,
      metrics,
      internalSecret,
      draining: () => draining,
      checks: [
        { name: 'database', kind: 'required', run: () => db.ping(1_500).then(() => true) },
        { name: 'bus', kind: 'informative', run: () => bus.connected() },
      ],
    })

    outbox.start()
    lifecycle.onStop('outbox', () => outbox.stop())
    const repetition = await repeatToWhoLostIt({ bus, announcements, log })
    lifecycle.onStop('repetition', () => repetition.stop())
    const seen = subscribe({ bus, users, clock, log })
    lifecycle.onStop('subscriptions', () => seen.stop())
    let sweeping = Promise.resolve()
    const sweeps = setInterval(() => {
      sweeping = sweeping.then(() => sweep({ users, sessions: sessionStore, attempts, announcements, clock, log }))
    }, sweepEveryMs)
    lifecycle.onStop('sweep', () => {
      clearInterval(sweeps)
      return sweeping
    })

    return {
      fetch: async (request) => app.handle(request),
      internalFetch: async (request) => internalApp.handle(request),
      drain: () => {
        draining = true
      },
      stop: () => lifecycle.stop(),
    }
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

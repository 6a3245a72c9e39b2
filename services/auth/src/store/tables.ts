import type { Columns } from '@matinee/db'
import { defineOutboxTable } from '@matinee/outbox'

/** The tables of auth, in either dialect. */
export const defineTables = (c: Columns) => {
  const users = c.table(
    'users',
    {
      id: c.text('id').primaryKey(),
      email: c.text('email'),
      passwordHash: c.text('password_hash'),
      displayName: c.text('display_name').notNull(),
      isGuest: c.flag('is_guest').notNull(),
      isStaff: c.flag('is_staff').notNull(),
      isSuperuser: c.flag('is_superuser').notNull(),
      lastSeenAtMs: c.instantMs('last_seen_at_ms').notNull(),
      createdAtMs: c.instantMs('created_at_ms').notNull(),
    },
    // Guests have no e-mail, and a unique index takes any number of nulls.
    (t) => [c.uniqueIndex('users_email_idx').on(t.email), c.index('users_guest_seen_idx').on(t.isGuest, t.lastSeenAtMs)],
  )
  const sessions = c.table(
    'sessions',
    {
      id: c.text('id').primaryKey(),
      userId: c
        .text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      createdAtMs: c.instantMs('created_at_ms').notNull(),
      expiresAtMs: c.instantMs('expires_at_ms').notNull(),
    },
    (t) => [c.index('sessions_user_idx').on(t.userId), c.index('sessions_expires_idx').on(t.expiresAtMs)],
  )
  const refreshTokens = c.table(
    'refresh_tokens',
    {
      hash: c.text('hash').primaryKey(),
      sessionId: c
        .text('session_id')
        .notNull()
        .references(() => sessions.id, { onDelete: 'cascade' }),
      expiresAtMs: c.instantMs('expires_at_ms').notNull(),
      usedAtMs: c.instantMs('used_at_ms'),
      sealedSuccessor: c.text('sealed_successor'),
    },
    (t) => [
      c.index('refresh_tokens_session_idx').on(t.sessionId),
      c.index('refresh_tokens_expires_idx').on(t.expiresAtMs),
      c.index('refresh_tokens_used_idx').on(t.usedAtMs),
    ],
  )
  const signingKeys = c.table('signing_keys', {
    /** 1 for the first key: replicas that each made one agree on whose row came first. */
    generation: c.count('generation').primaryKey(),
    kid: c.text('kid').notNull(),
    publicJwk: c.text('public_jwk').notNull(),
    privateKey: c.text('private_key').notNull(),
    createdAtMs: c.instantMs('created_at_ms').notNull(),
  })
  const attempts = c.table(
    'attempts',
    {
      key: c.text('key').primaryKey(),
      /** The instant from which on this count limits nothing. */
      nextMs: c.instantMs('next_ms').notNull(),
    },
    (t) => [c.index('attempts_next_idx').on(t.nextMs)],
  )
  /** What was announced while access tokens made before it may still be valid: the bus may have lost it. */
  const announced = c.table(
    'announced',
    {
      /** The event's id: told again, it is the same event. */
      id: c.text('id').primaryKey(),
      type: c.text('type').notNull(),
      userId: c.text('user_id').notNull(),
      data: c.json<unknown>('data').notNull(),
      createdAtMs: c.instantMs('created_at_ms').notNull(),
    },
    (t) => [c.index('announced_user_idx').on(t.userId), c.index('announced_created_at_idx').on(t.createdAtMs)],
  )
  return { users, sessions, refreshTokens, signingKeys, attempts, announced, outbox: defineOutboxTable(c) }
}
export type Tables = ReturnType<typeof defineTables>

import type { Db } from '@matinee/db'
import { Refusal } from '@matinee/kernel'
import { and, eq, isNotNull, lt, lte, sql } from 'drizzle-orm'
import { sessionRevoked } from '../domain/fact'
import type { SessionStore } from '../ports'
import type { Facts } from './facts'
import type { Tables } from './tables'

/** Sessions and refresh tokens in either dialect. */
export function createSessionStore({
  db,
  tables,
  facts,
}: {
  readonly db: Db
  readonly tables: Tables
  readonly facts: Facts
}): SessionStore {
  const { users, sessions, refreshTokens } = tables
  return {
    open: ({ session, token }, verifiedHash) =>
      db.transaction(async (tx) => {
        // Verifying takes a while: a password changed meanwhile must not leave a session that knew only the old one.
        const held = await tx
          .update(users)
          .set({ id: session.userId })
          .where(and(eq(users.id, session.userId), eq(users.passwordHash, verifiedHash)))
          .returning({ id: users.id })
        if (held.length === 0) throw new Refusal('invalid_credentials')
        await tx.insert(sessions).values(session)
        await tx.insert(refreshTokens).values(token)
      }),

    async isLive(sessionId) {
      const found = await db.reader.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, sessionId)).limit(1)
      return found.length > 0
    },

    async end(sessionId) {
      await db.transaction(async (tx) => {
        const [ended] = await tx.delete(sessions).where(eq(sessions.id, sessionId)).returning()
        if (ended) await facts.record(tx, sessionRevoked(ended.id, ended.userId))
      })
      facts.published()
    },

    async refresh(hash, decide) {
      const outcome = await db.transaction(async (tx) => {
        // Written before it is read: a second presentation waits here, and then sees what the first one decided.
        const [stored] = await tx
          .update(refreshTokens)
          .set({ usedAtMs: sql`${refreshTokens.usedAtMs}` })
          .where(eq(refreshTokens.hash, hash))
          .returning()
        const decision = decide(stored)
        if (!stored || decision.kind === 'unknown') return { decision: { kind: 'unknown' as const } }
        const { sessionId } = stored
        if (decision.kind === 'reused') {
          const [ended] = await tx.delete(sessions).where(eq(sessions.id, sessionId)).returning()
          if (ended) await facts.record(tx, sessionRevoked(ended.id, ended.userId))
          return { decision }
        }
        if (decision.kind === 'rotate') {
          const { usedAtMs, sealedSuccessor } = decision.used
          await tx.update(refreshTokens).set({ usedAtMs, sealedSuccessor }).where(eq(refreshTokens.hash, hash))
          await tx.insert(refreshTokens).values(decision.next)
          await tx.update(sessions).set({ expiresAtMs: decision.next.expiresAtMs }).where(eq(sessions.id, sessionId))
        }
        const [owner] = await tx
          .select({ user: users })
          .from(sessions)
          .innerJoin(users, eq(users.id, sessions.userId))
          .where(eq(sessions.id, sessionId))
        if (!owner) throw new Error('a refresh token has a session, and a session a user')
        return { decision, sessionId, user: owner.user }
      })
      if (outcome.decision.kind === 'reused') facts.published()
      return outcome
    },

    sweep: (nowMs, usedBeforeMs) =>
      db.transaction(async (tx) => {
        await tx.delete(sessions).where(lte(sessions.expiresAtMs, nowMs))
        await tx.delete(refreshTokens).where(lte(refreshTokens.expiresAtMs, nowMs))
        await tx
          .update(refreshTokens)
          .set({ sealedSuccessor: null })
          .where(and(lt(refreshTokens.usedAtMs, usedBeforeMs), isNotNull(refreshTokens.sealedSuccessor)))
      }),
  }
}

import type { CloseReason, RefusalCode } from '@matinee/contracts'
import type { EndedSessions, TokenVerifier } from '@matinee/http'
import type { Clock, Ids, Log, RateLimit } from '@matinee/kernel'
import type { Passes } from '../passes'
import type { Memberships, RoomLog } from '../ports'
import type { Graces } from './departures'
import type { LiveMetrics } from './metrics'
import type { Outage } from './outage'
import type { PageTurn } from './page-turns'
import type { ReadMissed } from './reads'
import type { Rooms } from './rooms'
import type { Session } from './session'

/** What every part of a live node works with. */
export interface LiveContext {
  readonly node: string
  readonly log: RoomLog
  readonly rooms: Rooms
  readonly readMissed: ReadMissed
  readonly pageTurn: PageTurn
  readonly memberships: Memberships
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly revocations: EndedSessions
  readonly passes: Passes
  readonly clock: Clock
  /** The room log's clock, as this node knows it. */
  readonly logNowMs: () => number
  readonly ids: Ids
  readonly logger: Log
  readonly metrics: LiveMetrics
  readonly limits: LiveLimits
  readonly graces: Graces
  readonly outage: Outage
  /** Connection id → session, of all that are not gone. */
  readonly sessions: Map<string, Session>
  /** Runs something once, when so much time has passed: sooner than the next look at everything. */
  readonly wakeIn: (inMs: number, run: () => void) => void
  /** Has rooms looked at within a moment: somebody has told of a player, here or elsewhere, or a room has been opened. */
  readonly lookSoon: () => void
  /** Takes note of a session that begins. */
  readonly register: (session: Session) => void
  /** Lets a connection's presence go, after the grace that its end deserves. */
  readonly letGo: (session: Session, end: 'clean' | 'broken') => void
  /** The connection is here (again): its presence stays. */
  readonly keep: (session: Session) => void
  /** Ends a session from this side, with an ERROR frame that says why, and lets its presence go. */
  readonly end: (session: Session, close: CloseReason, code?: RefusalCode) => void
}

/** What a client may send, beyond what its gateway or socket lets through. */
export interface LiveLimits {
  /** Undefined: chat without limit. */
  readonly chat: RateLimit | undefined
  /** How many bad frames in how long end a socket; undefined: any number. */
  readonly badFrames: { readonly count: number; readonly periodMs: number } | undefined
}

/** 10 chat lines per 5 s; 20 bad frames in 10 s end a socket. */
export const defaultLimits = {
  chat: { count: 10, periodMs: 5_000 },
  badFrames: { count: 20, periodMs: 10_000 },
} as const satisfies LiveLimits
/** How many commands of one socket may wait for their turn. */
export const maxInbox = 64
/** How long a person may wait for the host. */
export const lobbyMs = 15 * 60 * 1000

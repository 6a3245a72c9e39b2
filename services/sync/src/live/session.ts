import type { ClientFrame } from '@matinee/contracts'
import type { Identity } from '@matinee/http'
import type { Clock } from '@matinee/kernel'
import type { ResumeFrom } from '../domain/resume-point'
import type { Connection } from './connection'
import type { LiveRoom, RoomTopic } from './room'

/** One client's stay in one room: from the open socket until it is gone. */
export interface Session {
  readonly connection: Connection
  /** The code as its client had it; once the room is open, the room's own text: one for all. */
  room: string
  /** Where the client stood when it came, or stands by the pages it was sent since. */
  since: ResumeFrom | undefined
  /** Whether it still has to take the page it was sent last, by whichever node. */
  untaken: boolean
  /** What goes on once it has, or is gone. */
  taken: (() => void) | undefined
  /** Whether it has been sent a page, by whichever node: its gateway has it go on by itself, from there. */
  paged: boolean
  readonly lobby: boolean
  /** Whether the client may have sent commands that a former node took with it. */
  readonly again: boolean
  /** Whether it was another node's before, and its gateway counts it among the members. */
  readonly adopted: boolean
  state: 'entering' | 'waiting' | 'member' | 'gone'
  /** Whether its client has had a ROOM_STATE: it knows the room, though it may have no place there for now, and is treated as members are. */
  hasState: boolean
  /** Whether this node has put it among those present: should others take it for gone, it is claimed again, also on its way in. */
  arrived: boolean
  /**
   * Whether the log has said something about its person, or has become another, while it was on
   * its way in: what it was told by the log may no longer hold, so it asks again.
   */
  disturbed: boolean
  /** Unknown until the token has been verified. */
  identity: Pick<Identity, 'userId' | 'sessionId' | 'isGuest' | 'expiresAtMs'> | undefined
  /** Until when its token is good, on the monotonic clock: whatever becomes of the wall clock meanwhile, it is not closed for that. */
  goodUntilMs: number
  warnedOfExpiry: boolean
  /** When its person was last named to the other contexts, on the monotonic clock. */
  seenMs: number
  live: LiveRoom | undefined
  topic: RoomTopic | undefined
  /** The member's JSON as events carry it, once it is in. */
  member: string
  isHost: boolean
  /** The version of the timeline that it came in on; undefined once what it said of the position was taken. */
  cameOnVersion: number | undefined
  /** When the wait for the host began. */
  waitingSinceMs: number
  /**
   * Set while a former node may have taken commands with it, and the client has not said yet that it repeats them: until when that
   * is waited for, on the monotonic clock, once the client has been told; see repetition.ts.
   */
  recoverByMs: number | undefined
  /** Commands not yet performed, oldest first; added to by `queue` alone. */
  inbox: ClientFrame[]
  working: boolean
  /** Theoretical arrival time of the next chat line (GCRA). */
  chatDueMs: number | undefined
  /** Undefined before the first. */
  badFrames: { count: number; sinceMs: number } | undefined
}

/** The inbox of all who have sent nothing yet, who are most: nothing is ever put into it. */
const nothing: ClientFrame[] = []

/** A session that has just begun; nothing is known of its person yet. */
export function createSession(
  connection: Connection,
  {
    room,
    since,
    lobby,
    again,
    adopted = false,
    untaken = false,
  }: Pick<Session, 'room' | 'lobby' | 'again'> & { since?: ResumeFrom | undefined; adopted?: boolean; untaken?: boolean | undefined },
): Session {
  return {
    connection,
    room,
    since,
    untaken,
    taken: undefined,
    paged: untaken,
    lobby,
    again,
    adopted,
    state: 'entering',
    hasState: adopted,
    arrived: false,
    disturbed: false,
    identity: undefined,
    goodUntilMs: Number.POSITIVE_INFINITY,
    warnedOfExpiry: false,
    seenMs: Number.NEGATIVE_INFINITY,
    live: undefined,
    topic: undefined,
    member: '',
    isHost: false,
    cameOnVersion: undefined,
    waitingSinceMs: 0,
    recoverByMs: again ? Number.POSITIVE_INFINITY : undefined,
    inbox: nothing,
    working: false,
    chatDueMs: undefined,
    badFrames: undefined,
  }
}

/** Takes the person of a token that was looked at just now, and how long that is good. */
export function identify({ clock }: { readonly clock: Clock }, session: Session, identity: NonNullable<Session['identity']>): void {
  session.identity = identity
  session.goodUntilMs = clock.monotonicMs() + identity.expiresAtMs - clock.nowMs()
}

/** Puts a command behind those that wait. */
export function queue(session: Session, frame: ClientFrame): void {
  if (session.inbox === nothing) session.inbox = []
  session.inbox.push(frame)
}

/** Takes the member's JSON, as the log gave it. */
export function setMember(session: Session, member: string): void {
  session.member = member
  session.isHost = (JSON.parse(member) as { role: string }).role === 'host'
}

/** Whether it is over. A function, so that the compiler does not take the state for what it was before an await. */
export const isGone = (session: Session): boolean => session.state === 'gone'
/** Whether its gateway, while it has no place here, has it in no topic of which it would be told that it was let go. */
export const isApart = ({ hasState, paged }: Session): boolean => !hasState || paged
/** Whether it is in the lobby now; a function for the same reason. */
export const isWaiting = (session: Session): boolean => session.state === 'waiting'

import type { CloseReason, LogEvent, Member } from '@matinee/contracts'
import type { LogEntry } from '../domain/log-entry'
import type { MemberNote, ReplacedNote } from '../domain/note'
import { personOf } from '../domain/person'
import { type Session, setMember } from './session'

/** The sessions of one room here, by how far they have come, and what can be done with them. */
export interface Audience {
  /** On their way in: known to the log perhaps, but without a place here yet. */
  readonly entering: ReadonlySet<Session>
  readonly waiting: ReadonlySet<Session>
  readonly members: ReadonlySet<Session>
  /** JSON of those who wait to enter, wherever they are. */
  readonly pending: Iterable<string>
  readonly end: (session: Session, close: CloseReason) => void
  readonly admit: (session: Session) => void
  /** Hears that the log says of somebody who is here that they have gone: by mistake, or because another node has them by now. */
  readonly takenForGone: () => void
}

/** What an entry of the log means to the sessions here, beyond the event itself. */
export function react(entry: LogEntry, audience: Audience): void {
  const { entering, waiting, members, end } = audience
  switch (entry.type) {
    case 'PARTICIPANT_PENDING':
    case 'PARTICIPANT_APPROVED':
    case 'PARTICIPANT_DENIED':
      return tellOfEntry(entry.type, userOf(entry), audience)
    case 'MEMBER_CHANGED':
    case 'HOST_CHANGED':
    case 'ROLE_CHANGED':
      tellOfChange(userOf(entry), audience)
      return
    case 'CONNECTION_REPLACED': {
      const { connection } = JSON.parse(entry.payload) as ReplacedNote
      for (const session of [...members, ...entering, ...waiting]) if (session.connection.id === connection) end(session, 'replaced')
      return
    }
    case 'PARTICIPANT_REMOVED': {
      const { user, reason } = JSON.parse(entry.payload) as Extract<LogEvent, { type: 'PARTICIPANT_REMOVED' }>
      const close = reason === 'left' ? 'left' : 'removed'
      for (const session of [...members, ...waiting]) if (session.identity?.userId === user.id) end(session, close)
      // One on its way in may have been let in again since: the log is asked once more.
      for (const session of entering) if (session.identity?.userId === user.id) session.disturbed = true
      return
    }
    case 'USER_LEFT':
    case 'PRESENCE':
      if (isHere(leftBy(entry), audience)) audience.takenForGone()
      return
    case 'ROOM_CLOSED':
      for (const session of [...members, ...waiting]) end(session, 'room_closed')
      // Whether one on its way in may know that there is such a room, is asked again.
      for (const session of entering) session.disturbed = true
  }
}

function tellOfEntry(type: LogEntry['type'], user: MemberNote['user'], { waiting, members, end, admit }: Audience): void {
  const frame = frameOf(type, user)
  for (const session of members) if (session.isHost) session.connection.send(frame)
  if (type === 'PARTICIPANT_PENDING') return
  for (const session of [...waiting]) {
    if (session.identity?.userId !== user.id) continue
    session.connection.send(frame)
    if (type === 'PARTICIPANT_APPROVED') admit(session)
    else end(session, 'not_approved')
  }
}

/** A person has another name or role. One who is host now is told of those who wait. */
function tellOfChange(user: MemberNote['user'], { members, pending }: Audience): void {
  for (const session of members) {
    if (session.identity?.userId !== user.id) continue
    const wasHost = session.isHost
    setMember(session, JSON.stringify(user))
    if (session.isHost && !wasHost)
      for (const member of pending) session.connection.send(frameOf('PARTICIPANT_PENDING', JSON.parse(member) as Member))
  }
}

/** Whom an event tells to have gone. */
function leftBy({ payload }: LogEntry): ReadonlySet<string> {
  const event = JSON.parse(payload) as Extract<LogEvent, { type: 'USER_LEFT' | 'PRESENCE' }>
  return new Set((event.type === 'PRESENCE' ? event.left : [event.user]).map(({ id }) => id))
}

/** Whether one of these is present by this node. */
function isHere(users: ReadonlySet<string>, { entering, members }: Audience): boolean {
  if (users.size === 0) return false
  const isOne = ({ identity }: Session) => users.has(identity?.userId ?? '')
  for (const session of members) if (isOne(session)) return true
  for (const session of entering) if (session.arrived && isOne(session)) return true
  return false
}

const frameOf = (type: LogEntry['type'], user: Member): string => JSON.stringify({ type, user: personOf(user) })
const userOf = ({ payload }: LogEntry) => (JSON.parse(payload) as MemberNote).user

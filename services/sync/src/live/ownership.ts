import { Refusal } from '@matinee/kernel'
import type { AdoptOutcome } from '../ports'
import { readmit } from './admission'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import { isGone, type Session, setMember } from './session'

/** How many connections are put to the log at once. */
const ownAtOnce = 500
const maxAttempts = 4

/** What became of those whose presence this node asked for; whoever is a member no longer has been ended. */
export interface Owned {
  /** Those whose presence is this node's now. */
  readonly owned: readonly Session[]
  /** Those whom the log does not know: their rooms' owner has to be asked. */
  readonly unknown: readonly Session[]
}

/**
 * Makes this node the owner of the presence of those whom `who` names at the time,
 * and ends those who are members no longer.
 */
export async function own(context: LiveContext, room: LiveRoom, who: () => readonly Session[]): Promise<Owned> {
  const { sessions, outcome } = await ask(context, room, who)
  await room.reached(outcome.entries.at(-1)?.offset ?? 0)
  const refused = new Map(outcome.refused.map(({ connection, standing }) => [connection, standing]))
  const owned: Session[] = []
  const unknown: Session[] = []
  for (const session of sessions) {
    const { id } = session.connection
    const member = outcome.members.get(session.identity?.userId ?? '')
    // It went away meanwhile: its presence, which has just been renewed, goes too.
    if (isGone(session)) context.letGo(session, 'broken')
    else if (member !== undefined && !refused.has(id)) {
      session.arrived = true
      setMember(session, member)
      owned.push(session)
    } else if (refused.get(id) === undefined) unknown.push(session)
    else context.end(session, refused.get(id) === 'LEFT' ? 'left' : 'removed')
  }
  return { owned, unknown }
}

type Adopted = Extract<AdoptOutcome, { outcome: 'adopted' }>

async function ask(
  { log, node, rooms }: LiveContext,
  room: LiveRoom,
  who: () => readonly Session[],
): Promise<{ readonly sessions: readonly Session[]; readonly outcome: Adopted }> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const sessions = who()
    const { epoch } = room.replica
    const connections = sessions.map(({ connection, identity }) => ({ connection: connection.id, userId: identity?.userId ?? '' }))
    const outcome = await log.adopt(room.code, { epoch, node, connections })
    if (outcome.outcome === 'adopted') {
      if (room.replica.epoch === epoch) room.receive(outcome.entries)
      return { sessions, outcome }
    }
    await rooms.reopen(room)
  }
  throw new Refusal('unavailable', { retryAfterMs: 1000 })
}

/** Claims those here again who are present, whom others may have taken for gone, and looks whether they still are members. */
export async function reclaim(context: LiveContext, room: LiveRoom): Promise<void> {
  const isPresent = (session: Session) => room.members.has(session) || (room.entering.has(session) && session.arrived)
  const present = [...room.members, ...room.entering].filter(isPresent)
  for (let from = 0; from < present.length; from += ownAtOnce) {
    const some = present.slice(from, from + ownAtOnce)
    const { unknown } = await own(context, room, () => some.filter(isPresent))
    for (const session of unknown) {
      if (room.members.has(session)) void readmit(context, session, room, 'epoch')
      // It is being let in: that asks once more.
      else session.disturbed = true
    }
  }
}

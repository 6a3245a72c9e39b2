import { Refusal } from '@matinee/kernel'
import type { Append, AppendOutcome } from '../ports'
import { ackFrame } from './answers'
import type { LiveContext } from './context'
import type { LiveRoom } from './room'
import type { Session } from './session'

/** How often a command is put to the log again, because another came first. */
const maxAttempts = 8

/**
 * `later`: the room started over under the command, which is to be performed once its sender has its place again;
 * or, for one of several at once, after those before it, for none may overtake another.
 */
export type Performed = 'done' | 'later'

/** What a command puts to the log, and who may give it. */
export type Wanted = Pick<Append, 'event' | 'chat' | 'playback'> & { readonly role: Append['sender']['role'] }

/** Appends what `want` builds from the replica as it is, again where the replica was behind; then acknowledges, after the event. */
export async function append(
  context: LiveContext,
  session: Session,
  room: LiveRoom,
  { id, want, oneOfSeveral }: { readonly id: string | undefined; readonly want: () => Wanted; readonly oneOfSeveral: boolean },
): Promise<Performed | 'conflict' | 'claimed'> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { role, ...rest } = want()
    const { epoch } = room.replica
    const sender = { userId: session.identity?.userId ?? '', role }
    const outcome: AppendOutcome = await context.log.append(room.code, {
      ...rest,
      epoch,
      node: context.node,
      sender,
      ...(id === undefined ? {} : { commandId: id }),
    })
    switch (outcome.outcome) {
      case 'appended':
        if (room.replica.epoch === epoch) room.receive([outcome.entry])
        return acknowledge(session, room, { id, epoch, seq: outcome.entry.seq })
      case 'repeated':
        // Its event may have been appended by this node without its hearing of it: an answer that was lost.
        if (room.replica.seq < outcome.seq) await context.rooms.catchUp(room)
        return acknowledge(session, room, { id, epoch, seq: outcome.seq })
      case 'refused':
        throw new Refusal(outcome.code)
      case 'claimed':
        return 'claimed'
      case 'conflict':
        // Either this node was behind, and wants something else now; or the sender is, who says what version is expected.
        await context.rooms.catchUp(room)
        if (rest.playback?.expectedVersion === want().playback?.expectedVersion) return 'conflict'
        break
      case 'epoch':
        await context.rooms.reopen(room)
        // The new log does not know the sender until it has its place there.
        if (session.state !== 'member' || oneOfSeveral) return 'later'
    }
  }
  throw new Refusal('unavailable', { retryAfterMs: 1000 })
}

/**
 * Says that a command took effect, once its event is on its way to everybody here. Where the room has started over
 * meanwhile, its sender is owed a snapshot first, and the log that goes on is asked whether it knows the command.
 */
async function acknowledge(
  session: Session,
  room: LiveRoom,
  { id, epoch, seq }: { readonly id: string | undefined; readonly epoch: string; readonly seq: number },
): Promise<Performed> {
  if (id === undefined) return 'done'
  if (room.replica.epoch === epoch) await room.published(seq)
  if (room.replica.epoch !== epoch || session.state === 'entering') return 'later'
  session.connection.send(ackFrame(id, seq))
  return 'done'
}

import type { ClientFrame } from '@matinee/contracts'
import { ackFrame } from './answers'
import { append, type Performed, type Wanted } from './appending'
import type { LiveContext } from './context'
import { drivers, noVersion } from './driving'
import type { LiveRoom } from './room'
import { applyRoom } from './rows'
import type { Session } from './session'

/**
 * Has the room watch something else. The medium is the rooms service's: the log says whether the sender may, and knows a
 * repeated command; then rooms is asked, and its row put to the log, as its fact would be. `conflict`: playback is not at
 * the version that the command expects.
 */
export async function choose(
  context: LiveContext,
  session: Session,
  room: LiveRoom,
  frame: Extract<ClientFrame, { type: 'MEDIA' }>,
): Promise<Performed | 'conflict'> {
  const { id, video_url, expect_version } = frame
  // Nothing is ever appended on this version: the log judges the sender, and tells what it knows of the command.
  const want = (): Wanted => ({ event: { type: 'MEDIA', before: '', after: '' }, role: drivers, playback: { expectedVersion: noVersion } })
  const judged = await append(context, session, room, { id, want, oneOfSeveral: false })
  if (judged !== 'conflict') return judged
  if (expect_version !== undefined && expect_version !== room.replica.playback.version) return 'conflict'
  const command_id = id ?? context.ids.uuid()
  const row = await context.memberships.choose({ room_code: room.code, user_id: session.identity?.userId ?? '', command_id, video_url })
  await applyRoom(context, row)
  context.metrics.commands.inc({ type: 'MEDIA' })
  if (id === undefined) return 'done'
  const known = await append(context, session, room, { id, want, oneOfSeveral: false })
  if (known !== 'conflict') return known
  // It is what the room watches already: nothing has come of it.
  session.connection.send(ackFrame(id, room.replica.seq))
  return 'done'
}

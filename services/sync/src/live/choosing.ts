import { type ClientFrame, refusals } from '@matinee/contracts'
import { Refusal } from '@matinee/kernel'
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
  const command = id ?? context.ids.uuid()
  // Without an expected version nothing is claimed: the log judges the sender, and tells what it knows of the command.
  const put = (keeps: boolean) => {
    const playback = { expectedVersion: expect_version ?? noVersion, claim: { command, keeps } }
    const want = (): Wanted => ({ event: { type: 'MEDIA', before: '', after: '' }, role: drivers, playback })
    return append(context, session, room, { id, want, oneOfSeveral: false })
  }
  // Of those who expect one version, the log lets one on to rooms, whose answer holds whatever comes meanwhile.
  const judged = await put(true)
  if (judged === 'done' || judged === 'later') return judged
  if (judged === 'conflict' && expect_version !== undefined) return judged
  const query = { room_code: room.code, user_id: session.identity?.userId ?? '', command_id: command, video_url }
  const row = await context.memberships.choose(query).catch(async (error: unknown) => {
    // Where rooms did not answer, or not in time, it may have chosen: the version stays the command's, which may be sent again.
    const isNo = error instanceof Refusal && !refusals[error.code].retryable
    // What is not given up runs out; the sender is to hear what rooms said.
    if (isNo && judged === 'claimed') await put(false).catch(() => undefined)
    throw error
  })
  await applyRoom(context, row)
  context.metrics.commands.inc({ type: 'MEDIA' })
  if (id === undefined) return 'done'
  const known = await put(false)
  if (known === 'done' || known === 'later') return known
  // It is what the room watches already, or was until somebody chose something else: nothing more comes of it.
  session.connection.send(ackFrame(id, room.replica.seq))
  return 'done'
}

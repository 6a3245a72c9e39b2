import type { ParticipantRow, Role, RoomRow } from '@matinee/contracts'
import type { Append, OpenRoom } from '../ports'
import { choiceText, hostText, mediaText, memberText, roomRowText, roomText } from './room-log.texts'

/** What the scripts are given. */

type Arguments = readonly (string | number)[]

/** Of append.lua. */
export function appendArguments({ event, sender, commandId, chat, playback }: Append): Arguments {
  const { type, before, after, leadMs = '' } = event
  const { expectedVersion = '', claim } = playback ?? {}
  return [sender.userId, type, before, after, leadMs, sender.role, commandId ?? '', chat ? '1' : '', expectedVersion, claimArgument(claim)]
}

function claimArgument(claim: NonNullable<Append['playback']>['claim']): string {
  if (!claim) return ''
  if (claim === 'heeded') return '='
  return `${claim.keeps ? '+' : '-'}${claim.command}`
}

/** What a room's log is made from, or brought up to; empty without a seed. */
export const seedArguments = ({ epoch, room, participants, rowsTo }: NonNullable<OpenRoom['seed']>): Arguments => [
  epoch,
  roomArgument(room),
  `[${participants.map((row) => participantArgument(row, rowsTo)).join()}]`,
  rowsTo,
]

/** As append.lua reads them; `m` has been a member from the beginning. */
const roleLetters = { host: 'h', moderator: 'o', member: 'm' } as const satisfies Record<Role, string>

/** A participant's row, as its owner had it at the counter `asOf`. */
export function participantArgument(row: ParticipantRow, asOf = row.version): string {
  return JSON.stringify({
    user: row.user_id,
    standing: row.standing[0],
    role: roleLetters[row.role],
    role_name: row.role,
    version: `${row.version}`,
    as_of: `${asOf}`,
    joined: `${row.joined_at_ms}`,
    member: memberText(row),
  })
}

/** A room's row, and what the scripts would else have to find in it. */
export function roomArgument(row: RoomRow): string {
  return JSON.stringify({
    row: roomRowText(row),
    room: roomText(row),
    version: `${row.version}`,
    media: mediaText(row),
    media_by: choiceText(row),
    host_id: row.host.id,
    host: hostText(row),
    control: row.control,
    chat: row.is_chat_enabled ? '1' : '0',
    active: row.is_active ? '1' : '0',
  })
}

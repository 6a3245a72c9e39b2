import type { LogEventType, ParticipantRow } from '@matinee/contracts'
import type { NoteType } from '../domain/note'
import { memberText } from './room-log.texts'

export type Announcement =
  | { readonly kind: 'note'; readonly type: NoteType; readonly body: string }
  | { readonly kind: 'event'; readonly type: LogEventType; readonly body: string }

/** What the log says when `row` takes the place of `before`, which is older. */
export function announce(before: ParticipantRow | undefined, row: ParticipantRow): readonly Announcement[] {
  const member = memberText(row)
  const note = (type: NoteType): Announcement => ({ kind: 'note', type, body: `{"user":${member}}` })

  if (before?.standing === row.standing) {
    const seen = row.standing === 'APPROVED' || row.standing === 'PENDING'
    if (row.standing === 'APPROVED' && before.role !== row.role) {
      return [{ kind: 'event', type: 'ROLE_CHANGED', body: `"user":${member},"role":"${row.role}"}` }]
    }
    return seen && memberText(before) !== member ? [note('MEMBER_CHANGED')] : []
  }
  const gone: readonly Announcement[] =
    before?.standing === 'APPROVED'
      ? [
          {
            kind: 'event',
            type: 'PARTICIPANT_REMOVED',
            body: `"user":${member},"reason":"${row.standing === 'LEFT' ? 'left' : 'removed'}"}`,
          },
        ]
      : []
  if (row.standing === 'PENDING') return [...gone, note('PARTICIPANT_PENDING')]
  if (row.standing === 'APPROVED') return [note('PARTICIPANT_APPROVED')]
  if (before?.standing === 'PENDING' || (row.standing === 'DENIED' && gone.length === 0)) return [note('PARTICIPANT_DENIED')]
  return gone
}

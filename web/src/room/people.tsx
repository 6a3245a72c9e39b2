import type { Member } from '@matinee/client'
import { matinee } from '../matinee'
import { Avatar } from '../parts/avatar'
import { attempt } from '../parts/toasts'
import type { InRoom } from './in-room'
import { isHost } from './rights'

const roleNames = { host: 'Host', moderator: 'Moderator', member: null } as const

/** Who is here, and how far each is from the room, where the server tells. */
export function People({ view, room }: Pick<InRoom, 'view' | 'room'>) {
  const more = view.total - view.participants.length
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
    <ul class="people" aria-label="People" tabIndex={0}>
      {view.participants.map((member) => (
        <Row key={member.id} member={member} view={view} room={room} />
      ))}
      {more > 0 && <li class="soft">and {more} more</li>}
    </ul>
  )
}

function Row({ member, view, room }: Pick<InRoom, 'view' | 'room'> & { readonly member: Member }) {
  const drift = room.skew?.members.find(({ user_id }) => user_id === member.id)?.drift_ms
  const self = member.id === view.you.id
  const { role } = member
  const { room_id } = view.room
  const mayName = isHost(view) && !self
  return (
    <li>
      <Avatar id={member.id} name={member.display_name} />
      <span class="grow person-name">
        <bdi>{member.display_name}</bdi>
        {self && <span class="soft"> (you)</span>}
        {member.is_guest && <small>guest</small>}
      </span>
      {drift !== undefined && <span class="figure soft">{`${drift < 0 ? '−' : '+'}${Math.abs(Math.round(drift))} ms`}</span>}
      {roleNames[role] !== null && <span class="tag">{roleNames[role]}</span>}
      {mayName && (
        <button
          type="button"
          class="button slim quiet"
          onClick={() => attempt(matinee.rooms.setRole(room_id, member.id, role === 'moderator' ? 'member' : 'moderator'))}
        >
          {role === 'moderator' ? 'No longer moderator' : 'Make moderator'}
        </button>
      )}
    </li>
  )
}

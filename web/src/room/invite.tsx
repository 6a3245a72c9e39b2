import type { RoomView } from '@matinee/client'
import { linkTo, spelled } from '../address'
import { CopyButton } from '../parts/copy-button'
import { Dialog } from '../parts/dialog'
import { passwordOf } from './room-password'

/** How others come in: the link, the code to read out, and the password where there is one. */
export function Invite({ code, view, onClose }: { readonly code: string; readonly view: RoomView; readonly onClose: () => void }) {
  const link = linkTo(code)
  const password = passwordOf(code)
  return (
    <Dialog title="Invite others" onClose={onClose}>
      <p class="soft">{howTheyEnter(view, password !== null)}</p>
      <ul class="invite">
        <Row name="Link" value={link} />
        <Row name="Code" value={spelled(code)} />
        {password !== null && <Row name="Password" value={password} />}
      </ul>
    </Dialog>
  )
}

function Row({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <li>
      <strong>{name}</strong>
      <span class="code">{value}</span>
      <CopyButton text={value} label={`Copy ${name.toLowerCase()}`} className="button slim" />
    </li>
  )
}

function howTheyEnter({ room }: RoomView, passwordKnown: boolean): string {
  if (!room.is_private) return 'Whoever has the link is in.'
  if (room.entry_mode === 'APPROVAL') return 'Whoever has the link may ask to come in; the host decides.'
  return passwordKnown
    ? 'Whoever has the link and the password is in.'
    : 'They also need the password, which was told to whoever made the room.'
}

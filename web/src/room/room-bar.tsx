import type { Follower } from '@matinee/client'
import { useState } from 'preact/hooks'
import { goHome, spelled } from '../address'
import { matinee } from '../matinee'
import { Brand } from '../parts/brand'
import { Icon } from '../parts/icon'
import { attempt } from '../parts/toasts'
import type { InRoom } from './in-room'
import { Invite } from './invite'
import { isHost } from './rights'
import { Settings } from './settings'
import { SyncBadge } from './sync-badge'

interface RoomBarProps extends InRoom {
  readonly code: string
  readonly follower: Follower | null
}

/** The room's name, its link, how well one's player keeps to it, and the ways out. */
export function RoomBar({ code, connection, view, room, follower }: RoomBarProps) {
  const [open, setOpen] = useState<'invite' | 'settings' | null>(null)
  const close = () => setOpen(null)
  const host = isHost(view)
  const owner = view.room.owner_id === view.you.id
  const leave = async () => {
    // The room belongs to its owner, who may come back at any time.
    if (!owner) await matinee.rooms.leave(view.room.room_id)
    goHome()
  }
  return (
    <header class="room-bar">
      <Brand markOnly />
      <div class="room-name">
        <strong>
          <bdi>{view.room.name}</bdi>
        </strong>
        <span class="soft">
          {view.room.is_private && <Icon name="lock" />}
          <span class="code">{spelled(code)}</span>
        </span>
      </div>
      <SyncBadge connection={connection} room={room} follower={follower} />
      <div class="room-acts">
        <button type="button" class="button slim" onClick={() => setOpen('invite')}>
          <Icon name="link" />
          <span>Invite</span>
        </button>
        {host && (
          <button type="button" class="icon-button" aria-label="Room settings" title="Room settings" onClick={() => setOpen('settings')}>
            <Icon name="settings" />
          </button>
        )}
        <button type="button" class="icon-button" aria-label="Leave the room" title="Leave the room" onClick={() => attempt(leave())}>
          <Icon name="leave" />
        </button>
      </div>
      {open === 'invite' && <Invite code={code} view={view} onClose={close} />}
      {open === 'settings' && <Settings code={code} view={view} onClose={close} />}
    </header>
  )
}

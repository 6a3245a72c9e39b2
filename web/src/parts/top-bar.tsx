import type { User } from '@matinee/client'
import { matinee } from '../matinee'
import { Avatar } from './avatar'
import { Brand } from './brand'
import { attempt } from './toasts'

/** The name of the place, and of who is here. */
export function TopBar({ user }: { readonly user?: User }) {
  return (
    <header class="top-bar">
      <Brand />
      {user && (
        <div class="who">
          <Avatar id={user.id} name={user.display_name} />
          <span class="who-name">
            <bdi>{user.display_name}</bdi>
            {user.is_guest && <small>guest</small>}
          </span>
          <button type="button" class="button quiet" onClick={() => attempt(matinee.auth.logout())}>
            Sign out
          </button>
        </div>
      )}
    </header>
  )
}

import type { FollowerMode, RoomSnapshot } from '@matinee/client'
import { Icon } from '../parts/icon'
import { isolated } from '../parts/isolated'

interface OverlayProps {
  readonly mode: FollowerMode
  readonly mutedByBrowser: boolean
  readonly waiting: RoomSnapshot['waiting']
  readonly youId: string
  readonly onResume: () => void
}

/** What stands over the picture while one has to do something, or to wait. */
export function Overlay({ mode, mutedByBrowser, waiting, youId, onResume }: OverlayProps) {
  if (mode === 'needs_gesture')
    return (
      <div class="overlay">
        <button type="button" class="button primary large" onClick={onResume}>
          <Icon name="play" /> Join playback
        </button>
        <p>Your browser plays videos only after a click.</p>
      </div>
    )
  if (mode === 'paused_here')
    return (
      <div class="overlay">
        <button type="button" class="button primary large" onClick={onResume}>
          <Icon name="play" /> Back to the room
        </button>
        <p>You have paused; the others go on.</p>
      </div>
    )
  return (
    <div class="overlay-notes" aria-live="polite">
      {waiting && waiting.users.length > 0 && (
        <p class="note">
          Waiting for {names(waiting.users.map(({ id, display_name }) => (id === youId ? 'you' : isolated(display_name))))} …
        </p>
      )}
      {mutedByBrowser && (
        <button type="button" class="button note" onClick={onResume}>
          <Icon name="sound" /> Turn on sound
        </button>
      )}
    </div>
  )
}

function names(all: readonly string[]): string {
  const [first = '', second, ...more] = all
  if (second === undefined) return first
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${more.length} more`
}

import type { Follower } from '@matinee/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useReadable } from '../parts/hooks'
import { Icon } from '../parts/icon'
import { isolated } from '../parts/isolated'
import { say } from '../parts/toasts'
import type { InRoom } from '../room/in-room'
import { isHost, mayControl, whoControls } from '../room/rights'
import { Overlay } from './overlay'
import { driveRoom } from './requests'
import { usePlayer } from './use-player'

interface StageProps extends InRoom {
  readonly onFollower: (follower: Follower | null) => void
}

/** The picture, its controls, and what has to be said over it. */
export function Stage({ connection, room, view, onFollower }: StageProps) {
  const controls = useRef<HTMLElement>(null)
  const ready = useControls()
  const may = mayControl(view)
  // Read by those that were set up once.
  const now = useRef({ may, who: '', follower: null as Follower | null })
  const { media } = view.playback
  const { follower, problem } = usePlayer(controls, { media, connection, mayControl: () => now.current.may })
  now.current = { may, who: whoControls(view), follower }

  // A button that is checked or not is a switch, which this one does not say of itself.
  useEffect(() => controls.current?.querySelector('media-captions-button')?.setAttribute('role', 'switch'), [ready])
  useEffect(() => onFollower(follower), [follower, onFollower])
  useEffect(() => {
    if (!controls.current) return
    return driveRoom(controls.current, {
      connection,
      mayControl: () => now.current.may,
      follower: () => now.current.follower,
      onNotAllowed: () => say(`${now.current.who}.`),
    })
  }, [connection])

  return (
    <div class={`stage ${may ? 'may-control' : ''}`}>
      {/* In the page from the start, so that the player has where to go; it wakes up when its script has come. */}
      <media-controller ref={controls} class={ready && media ? '' : 'asleep'} autohide="3">
        <media-loading-indicator slot="centered-chrome" noautohide />
        <media-control-bar>
          {may && <media-play-button notooltip />}
          <media-mute-button notooltip />
          <media-volume-range />
          {may ? <media-time-range /> : <span class="filler" />}
          <media-time-display showduration notoggle />
          <media-captions-button notooltip />
          <media-pip-button notooltip />
          <media-fullscreen-button notooltip />
        </media-control-bar>
      </media-controller>
      {!media && (
        <div class="stage-empty">
          <Icon name="film" />
          <p>
            {may
              ? 'Choose a video, and everybody sees it.'
              : `${isHost(view) ? 'You have' : `${isolated(view.room.host.display_name)} has`} not chosen a video yet.`}
          </p>
        </div>
      )}
      {problem !== null && (
        <div class="stage-problem" role="alert">
          <p>{problem.text}</p>
          {problem.tryAgain && (
            <button type="button" class="button" onClick={problem.tryAgain}>
              Try again
            </button>
          )}
        </div>
      )}
      {follower && problem === null && <Overlaid follower={follower} room={room} view={view} />}
    </div>
  )
}

function Overlaid({ follower, room, view }: Pick<InRoom, 'room' | 'view'> & { readonly follower: Follower }) {
  const { mode, mutedByBrowser } = useReadable(follower)
  return (
    <Overlay mode={mode} mutedByBrowser={mutedByBrowser} waiting={room.waiting} youId={view.you.id} onResume={() => follower.resume()} />
  )
}

/** Fetches the controls' elements; true once the browser knows them. */
function useControls(): boolean {
  const [ready, setReady] = useState(false)
  useEffect(() => {
    import('./controls').then(
      () => setReady(true),
      () => say('The player’s controls could not be loaded. Load the page again.'),
    )
  }, [])
  return ready
}

import { spelled } from '../address'
import { usePage } from '../parts/hooks'
import { TopBar } from '../parts/top-bar'
import { WayIn } from './way-in'

/** What somebody sees who is nobody yet, with or without an invitation. */
export function Welcome({ invitedTo }: { readonly invitedTo: string | undefined }) {
  const heading = usePage<HTMLHeadingElement>(invitedTo === undefined ? 'Matinee' : 'You are invited')
  return (
    <div class="page">
      <TopBar />
      <main class="welcome">
        <section class="pitch">
          {invitedTo !== undefined && (
            <p class="eyebrow">
              Room <span class="code">{spelled(invitedTo)}</span>
            </p>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {invitedTo === undefined ? 'Watch together, to the same frame.' : 'You are invited to watch together.'}
          </h1>
          <p class="lead">
            One presses play, and everybody sees the same moment at the same time, wherever they are. Talk about it beside the picture.
          </p>
          <ul class="points">
            <li>YouTube, Vimeo, Twitch, HLS, DASH and video files</li>
            <li>Your players kept within a blink of each other</li>
            <li>No account needed: a name will do</li>
          </ul>
        </section>
        <WayIn />
      </main>
    </div>
  )
}

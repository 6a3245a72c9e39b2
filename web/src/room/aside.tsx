import type { ComponentChildren } from 'preact'
import { user } from '../matinee'
import { usePage } from '../parts/hooks'
import { TopBar } from '../parts/top-bar'

interface AsideProps {
  readonly title: string
  readonly text: string
  /** Something is under way. */
  readonly busy?: boolean
  readonly children?: ComponentChildren
}

/** A page with one thing to say: the door, the lobby, the end. */
export function Aside({ title, text, busy = false, children }: AsideProps) {
  const heading = usePage<HTMLHeadingElement>(title)
  return (
    <div class="page">
      <TopBar {...(user.value ? { user: user.value } : {})} />
      <main class="aside">
        <div class="card" aria-live="polite">
          {busy && <span class="spinner" aria-hidden="true" />}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p class="lead">{text}</p>
          <div class="row">{children}</div>
        </div>
      </main>
    </div>
  )
}

import type { ComponentChildren } from 'preact'
import { goHome } from '../address'
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

interface DeadEndProps {
  readonly title: string
  readonly text: string
  /** What may be tried from here, and what it is called. */
  readonly again: { readonly label: string; readonly go: () => void } | undefined
}

/** Here it does not go on: back to the start, or once more. */
export function DeadEnd({ title, text, again }: DeadEndProps) {
  return (
    <Aside title={title} text={text}>
      {again && (
        <button type="button" class="button primary" onClick={again.go}>
          {again.label}
        </button>
      )}
      <button type="button" class="button" onClick={goHome}>
        Back to the start
      </button>
    </Aside>
  )
}

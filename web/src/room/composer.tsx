import type { RoomConnection } from '@matinee/client'
import type { TargetedSubmitEvent } from 'preact'
import type { Dispatch, StateUpdater } from 'preact/hooks'
import { Icon } from '../parts/icon'
import { sayProblem } from '../parts/toasts'

/** What is being written, kept by whoever outlives the field. */
export interface Drafting {
  readonly draft: string
  readonly setDraft: Dispatch<StateUpdater<string>>
}

interface ComposerProps extends Drafting {
  readonly connection: RoomConnection
  readonly enabled: boolean
}

/** Writes a line. Enter sends it; what is refused comes back to be mended. */
export function Composer({ connection, enabled, draft, setDraft }: ComposerProps) {
  const send = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const message = draft.trim()
    if (message === '') return
    setDraft('')
    connection.chat(message).catch((error: unknown) => {
      sayProblem(error)
      setDraft((now) => (now === '' ? message : now))
    })
  }
  if (!enabled) return <p class="composer soft">The host has switched the chat off.</p>
  return (
    <form class="composer" onSubmit={send}>
      <input
        aria-label="Message"
        placeholder="Say something"
        value={draft}
        maxLength={2000}
        autoComplete="off"
        enterKeyHint="send"
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      />
      <button type="submit" class="icon-button filled" aria-label="Send" disabled={draft.trim() === ''}>
        <Icon name="send" />
      </button>
    </form>
  )
}

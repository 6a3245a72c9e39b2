import type { RoomConnection } from '@matinee/client'
import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../parts/icon'
import { sayProblem } from '../parts/toasts'

/** Writes a line. Enter sends it; what is refused comes back to be mended. */
export function Composer({ connection, enabled }: { readonly connection: RoomConnection; readonly enabled: boolean }) {
  const [text, setText] = useState('')
  const send = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const message = text.trim()
    if (message === '') return
    setText('')
    connection.chat(message).catch((error: unknown) => {
      sayProblem(error)
      setText((now) => (now === '' ? message : now))
    })
  }
  if (!enabled) return <p class="composer soft">The host has switched the chat off.</p>
  return (
    <form class="composer" onSubmit={send}>
      <input
        aria-label="Message"
        placeholder="Say something"
        value={text}
        maxLength={2000}
        autoComplete="off"
        enterKeyHint="send"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="icon-button filled" aria-label="Send" disabled={text.trim() === ''}>
        <Icon name="send" />
      </button>
    </form>
  )
}

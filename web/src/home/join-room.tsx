import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { codeIn, goToRoom } from '../address'
import { Field, Problem } from '../parts/field'

/** Goes to a room by its code, or by a link that was pasted. */
export function JoinRoom() {
  const [problem, setProblem] = useState<string | null>(null)
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = codeIn(String(new FormData(event.currentTarget).get('code') ?? ''))
    if (code === undefined) setProblem('A room’s code has 8 letters and digits, such as 7GQ4-KX2M.')
    else goToRoom(code)
  }
  return (
    <section class="card" aria-labelledby="join-title">
      <h2 id="join-title">Join a room</h2>
      <form class="in-a-row" onSubmit={submit}>
        <Field label="Code or link" name="code" required autoComplete="off" placeholder="7GQ4-KX2M" />
        <button type="submit" class="button">
          Join
        </button>
      </form>
      <Problem text={problem} />
    </section>
  )
}

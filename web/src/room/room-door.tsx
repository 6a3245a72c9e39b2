import { MatineeError, type RoomConnection } from '@matinee/client'
import type { TargetedSubmitEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { goHome, spelled } from '../address'
import { matinee } from '../matinee'
import { Field, Problem } from '../parts/field'
import { useAction } from '../parts/hooks'
import { attempt } from '../parts/toasts'
import { sentenceOf } from '../words/sentences'
import { Aside, DeadEnd } from './aside'
import { RoomPage } from './room-page'

type Door =
  | { readonly kind: 'knocking' }
  | { readonly kind: 'password' }
  | { readonly kind: 'shut'; readonly problem: string; readonly mayRetry: boolean }
  | { readonly kind: 'open'; readonly connection: RoomConnection; readonly roomId: string }

/** Asks to enter the room, for the password where it wants one, and then shows it. */
export function RoomDoor({ code }: { readonly code: string }) {
  const [door, setDoor] = useState<Door>({ kind: 'knocking' })
  const connection = door.kind === 'open' ? door.connection : undefined

  const isHere = useRef(true)
  const enter = async (password?: string) => {
    const { room_id } = await matinee.rooms.join(code, password)
    // Who has gone elsewhere meanwhile is not to be seen in the room.
    if (isHere.current) setDoor({ kind: 'open', connection: matinee.enter(code), roomId: room_id })
  }
  const knock = () => {
    setDoor({ kind: 'knocking' })
    enter().catch((error: unknown) => {
      if (error instanceof MatineeError && error.code === 'wrong_password') return setDoor({ kind: 'password' })
      const mayRetry = !(error instanceof MatineeError) || error.retryable || error.code === 'network'
      setDoor({ kind: 'shut', problem: sentenceOf(error), mayRetry })
    })
  }
  const withdraw = () => {
    goHome()
    if (door.kind === 'open') attempt(matinee.rooms.leave(door.roomId))
  }
  // One knocks once; another room is another door.
  useEffect(knock, [])
  useEffect(() => () => connection?.close(), [connection])
  useEffect(
    () => () => {
      isHere.current = false
    },
    [],
  )

  switch (door.kind) {
    case 'open':
      return <RoomPage code={code} connection={door.connection} onAgain={knock} onWithdraw={withdraw} />
    case 'password':
      return <PasswordDoor code={code} enter={enter} />
    case 'shut':
      return <DeadEnd title="The door is shut" text={door.problem} again={door.mayRetry ? { label: 'Try again', go: knock } : undefined} />
    case 'knocking':
      return <Aside title="Opening the door …" text={`Room ${spelled(code)}`} busy />
  }
}

function PasswordDoor({ code, enter }: { readonly code: string; readonly enter: (password: string) => Promise<void> }) {
  const trying = useAction(enter)
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void trying.run(String(new FormData(event.currentTarget).get('password') ?? '').trim())
  }
  return (
    <Aside title="This room has a password" text={`Room ${spelled(code)}. Whoever invited you knows it.`}>
      <form class="aside-form" onSubmit={submit}>
        <Field label="Password of the room" name="password" required maxLength={128} autoComplete="off" />
        <Problem text={trying.problem} />
        <div class="row">
          <button type="submit" class="button primary" disabled={trying.busy}>
            Come in
          </button>
          <button type="button" class="button" onClick={goHome}>
            Back
          </button>
        </div>
      </form>
    </Aside>
  )
}

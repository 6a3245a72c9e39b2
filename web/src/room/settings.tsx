import type { Room, RoomView } from '@matinee/client'
import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { matinee } from '../matinee'
import { Dialog } from '../parts/dialog'
import { type Choice, Choices, Field, Problem, Switch } from '../parts/field'
import { useAction } from '../parts/hooks'
import { type Changes, useChanges } from './use-changes'

const controls: readonly Choice<Room['control']>[] = [
  { value: 'host', label: 'Only me', hint: 'Play, pause, seek and the choice of the video are yours.' },
  { value: 'moderators', label: 'Moderators too', hint: 'Those you name in the list of people.' },
  { value: 'everyone', label: 'Everybody', hint: 'Whoever is in the room.' },
]

const switches = [
  { name: 'is_chat_enabled', label: 'Chat', hint: 'Switched off, only what was said stays.' },
  { name: 'wait_for_ready', label: 'Wait until all are ready', hint: 'A video starts when everybody has loaded it, or after a while.' },
  { name: 'pause_for_stalled', label: 'Wait for whoever falls behind', hint: 'The room stops while somebody’s video loads.' },
] as const satisfies readonly { name: keyof Room; label: string; hint: string }[]

type Switched = (typeof switches)[number]['name']

/** What the host may change; each change is made at once. */
export function Settings({ code, view, onClose }: { readonly code: string; readonly view: RoomView; readonly onClose: () => void }) {
  const { room, change, busy, problem } = useChanges(code, view.room)
  const [closing, setClosing] = useState(false)
  const closeRoom = useAction(() => matinee.rooms.close(room.room_id))
  const rename = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void change({ name: String(new FormData(event.currentTarget).get('name') ?? '').trim() })
  }
  return (
    <Dialog title="Room settings" onClose={onClose}>
      <form class="in-a-row" onSubmit={rename}>
        <Field label="Name" name="name" required maxLength={50} defaultValue={room.name} autoComplete="off" />
        <button type="submit" class="button" disabled={busy}>
          Rename
        </button>
      </form>
      {switches.map(({ name, label, hint }) => (
        <Switch key={name} label={label} hint={hint} checked={room[name]} onChange={(on) => void change(turned(name, on))} />
      ))}
      <Choices
        legend="Who controls the video"
        name="control"
        choices={controls}
        value={room.control}
        onChange={(control) => void change({ control })}
      />
      <Problem text={problem ?? closeRoom.problem} />
      {room.owner_id === view.you.id && (
        <div class="row end">
          {closing ? (
            <>
              <p>Everybody leaves, for good.</p>
              <button type="button" class="button" onClick={() => setClosing(false)}>
                Keep it
              </button>
              <button type="button" class="button danger" disabled={closeRoom.busy} onClick={() => void closeRoom.run()}>
                Close the room
              </button>
            </>
          ) : (
            <button type="button" class="button danger quiet" onClick={() => setClosing(true)}>
              Close the room …
            </button>
          )}
        </div>
      )}
    </Dialog>
  )
}

const turned = (name: Switched, on: boolean): Changes => ({ [name]: on })

import type { CreateRoomBody } from '@matinee/client'
import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { goToRoom } from '../address'
import { matinee } from '../matinee'
import { type Choice, Choices, Field, Problem } from '../parts/field'
import { useAction } from '../parts/hooks'
import { keepPassword } from '../room/room-password'

type Door = 'public' | 'approval' | 'password'

const doors: readonly Choice<Door>[] = [
  { value: 'public', label: 'Everybody', hint: 'Listed here, and open to whoever has the link.' },
  { value: 'approval', label: 'Those I let in', hint: 'Whoever has the link may ask; you decide.' },
  { value: 'password', label: 'Those with a password', hint: 'Matinee makes one for you to pass on.' },
]
const bodyOf: Readonly<Record<Door, CreateRoomBody>> = {
  public: { is_private: false },
  approval: { is_private: true, entry_mode: 'APPROVAL' },
  password: { is_private: true, entry_mode: 'PASSWORD' },
}

/** Makes a room and goes there. */
export function CreateRoom() {
  const [door, setDoor] = useState<Door>('public')
  const making = useAction(async (form: FormData) => {
    const [name, video] = [textOf(form, 'name'), textOf(form, 'video')]
    const room = await matinee.rooms.create({
      ...bodyOf[door],
      ...(name === '' ? {} : { name }),
      ...(video === '' ? {} : { video_url: video }),
    })
    keepPassword(room.room_code, room.room_password)
    goToRoom(room.room_code)
  })
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void making.run(new FormData(event.currentTarget))
  }
  return (
    <section class="card" aria-labelledby="create-title">
      <h2 id="create-title">Start a room</h2>
      <form onSubmit={submit}>
        <Field
          label="Name"
          name="name"
          maxLength={50}
          placeholder="Friday film"
          autoComplete="off"
          hint="Left empty, it is called after you."
        />
        <Field
          label="Video"
          name="video"
          type="url"
          maxLength={2048}
          placeholder="https://…"
          autoComplete="off"
          hint="YouTube, Vimeo, Twitch, HLS, DASH or a video file. You may also choose later."
        />
        <Choices legend="Who may come in" name="door" choices={doors} value={door} onChange={setDoor} />
        <Problem text={making.problem} />
        <button type="submit" class="button primary" disabled={making.busy}>
          Start the room
        </button>
      </form>
    </section>
  )
}

const textOf = (form: FormData, field: string) => String(form.get(field) ?? '').trim()

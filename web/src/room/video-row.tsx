import type { TargetedSubmitEvent } from 'preact'
import { useState } from 'preact/hooks'
import { matinee } from '../matinee'
import { Dialog } from '../parts/dialog'
import { Field, Problem } from '../parts/field'
import { useAction } from '../parts/hooks'
import { Icon } from '../parts/icon'
import { attempt } from '../parts/toasts'
import type { InRoom } from './in-room'
import { isHost, mayControl, whoControls } from './rights'

const rates: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
/** Those that are offered, and the one that the room has, which another client may have chosen. */
const ratesWith = (rate: number) => [...new Set([...rates, rate])].sort((one, other) => one - other)

/** Below the picture: who drives, and what they drive with besides the player's own controls. */
export function VideoRow({ connection, view }: Pick<InRoom, 'connection' | 'view'>) {
  const [choosing, setChoosing] = useState(false)
  const { playback } = view
  const may = mayControl(view)
  return (
    <div class="video-row">
      <p class="soft">{whoControls(view)}.</p>
      {may && playback.media && (
        <label class="speed">
          Speed
          <select value={String(playback.rate)} onChange={({ currentTarget }) => attempt(connection.rate(Number(currentTarget.value)))}>
            {ratesWith(playback.rate).map((rate) => (
              <option key={rate} value={String(rate)}>
                {rate}×
              </option>
            ))}
          </select>
        </label>
      )}
      {may && (
        <button type="button" class="button slim" onClick={() => setChoosing(true)}>
          <Icon name="film" />
          <span>{playback.media ? 'Change video' : 'Choose a video'}</span>
        </button>
      )}
      {choosing && (
        <Dialog title="Which video?" onClose={() => setChoosing(false)}>
          <ChooseVideo connection={connection} view={view} onChosen={() => setChoosing(false)} />
        </Dialog>
      )}
    </div>
  )
}

function ChooseVideo({ connection, view, onChosen }: Pick<InRoom, 'connection' | 'view'> & { readonly onChosen: () => void }) {
  const choosing = useAction(async (url: string) => {
    if (isHost(view)) await matinee.rooms.update(view.room.room_code, { video_url: url })
    else await connection.media(url)
    onChosen()
  })
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void choosing.run(String(new FormData(event.currentTarget).get('video') ?? '').trim())
  }
  return (
    <form onSubmit={submit}>
      <Field
        label="Address of the video"
        name="video"
        type="url"
        required
        maxLength={2048}
        placeholder="https://…"
        autoComplete="off"
        hint="YouTube, Vimeo, Twitch, HLS, DASH or a video file. It starts paused, at its beginning, for everybody."
      />
      <Problem text={choosing.problem} />
      <button type="submit" class="button primary" disabled={choosing.busy}>
        Show this video
      </button>
    </form>
  )
}

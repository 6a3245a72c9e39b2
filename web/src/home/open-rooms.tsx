import type { RoomList } from '@matinee/client'
import { useEffect, useState } from 'preact/hooks'
import { goToRoom } from '../address'
import { matinee } from '../matinee'
import { Icon } from '../parts/icon'
import { sentenceOf } from '../words/sentences'

const shown = 8
const againMs = 15_000

/** Public rooms that are open now. */
export function OpenRooms() {
  const [rooms, setRooms] = useState<RoomList['rooms'] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    const look = () =>
      matinee.rooms.list({ limit: shown }).then(
        (list) => {
          setRooms(list.rooms)
          setProblem(null)
        },
        (error: unknown) => setProblem(sentenceOf(error)),
      )
    void look()
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), againMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <section class="card" aria-labelledby="open-title">
      <h2 id="open-title">Open rooms</h2>
      {problem !== null && <p class="problem">{problem}</p>}
      {rooms?.length === 0 && <p class="soft">Nobody has a public room open. Yours could be the first.</p>}
      <ul class="room-list">
        {rooms?.map((room) => (
          <li key={room.room_id}>
            <button type="button" class="room-row" onClick={() => goToRoom(room.room_code)}>
              <span class="room-row-name">
                <bdi>{room.name}</bdi>
              </span>
              <span class="soft">
                <bdi>{room.host.display_name}</bdi> · {room.media ? providerName(room.media.provider) : 'no video yet'}
              </span>
              <span class="room-row-viewers">
                <Icon name="people" />
                {room.viewers}
                <span class="hidden"> watching</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const names: Readonly<Record<string, string>> = {
  youtube: 'YouTube',
  vimeo: 'Vimeo',
  twitch: 'Twitch',
  hls: 'HLS',
  dash: 'DASH',
  file: 'video file',
}
const providerName = (provider: string) => names[provider] ?? provider

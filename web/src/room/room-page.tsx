import type { Follower, RoomConnection } from '@matinee/client'
import { useEffect, useState } from 'preact/hooks'
import { goHome, spelled } from '../address'
import { usePage, useReadable } from '../parts/hooks'
import { isolated } from '../parts/isolated'
import { Stage } from '../player/stage'
import { endings } from '../words/endings'
import { Aside, DeadEnd } from './aside'
import { Banner } from './banner'
import { RoomBar } from './room-bar'
import { Side } from './side'
import { VideoRow } from './video-row'

interface RoomPageProps {
  readonly code: string
  readonly connection: RoomConnection
  /** Knocks at the door again. */
  readonly onAgain: () => void
  /** Gives up waiting in the lobby. */
  readonly onWithdraw: () => void
}

/** The room, from the lobby to the end. */
export function RoomPage({ code, connection, onAgain, onWithdraw }: RoomPageProps) {
  const room = useReadable(connection)
  const [follower, setFollower] = useState<Follower | null>(null)
  const { view } = room

  if (room.ended) {
    const { title, text, mayReturn } = endings[room.ended.reason]
    return <DeadEnd key="ended" title={title} text={text} again={mayReturn ? { label: 'Come back', go: onAgain } : undefined} />
  }
  if (room.lobby)
    return (
      <Aside
        key="lobby"
        title="You are in the lobby"
        text={`${isolated(room.lobby.name)}: the host has to let you in. This page goes on by itself.`}
        busy
      >
        <button type="button" class="button" onClick={onWithdraw}>
          Do not wait
        </button>
      </Aside>
    )
  if (!view) return <Opening key="connecting" code={code} isRetrying={room.retryAtMs !== null} />

  return (
    <div class="room">
      <RoomBar code={code} connection={connection} view={view} room={room} follower={follower} />
      <Banner room={room} />
      <main class="room-body">
        <RoomTitle name={view.room.name} />
        <section class="watch" aria-label="Video">
          <Stage connection={connection} room={room} view={view} onFollower={setFollower} />
          <VideoRow connection={connection} view={view} />
        </section>
        <Side connection={connection} room={room} view={view} />
      </main>
    </div>
  )
}

/** The door does not open at once where there are many, or the server is gone. */
function Opening({ code, isRetrying }: { readonly code: string; readonly isRetrying: boolean }) {
  // Said once, and not taken back with each attempt.
  const [isLate, setLate] = useState(isRetrying)
  useEffect(() => {
    if (isRetrying) setLate(true)
  }, [isRetrying])
  const text = isLate ? 'It does not open yet. This page goes on trying by itself.' : `Room ${spelled(code)}`
  return (
    <Aside title="Opening the door …" text={text} busy>
      {isLate && (
        <button type="button" class="button" onClick={goHome}>
          Back to the start
        </button>
      )}
    </Aside>
  )
}

/** The heading that a reader starts at; the name stands in the bar for all others. */
function RoomTitle({ name }: { readonly name: string }) {
  const heading = usePage<HTMLHeadingElement>(name)
  return (
    <h1 ref={heading} tabIndex={-1} class="hidden">
      {name}
    </h1>
  )
}

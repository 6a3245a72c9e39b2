import type { Follower, FollowerMode, FollowerState, RoomConnection, RoomSnapshot } from '@matinee/client'
import { useEffect, useState } from 'preact/hooks'
import { usePopUp } from '../parts/hooks'

const words: Readonly<Record<FollowerMode, { readonly text: string; readonly tone: 'good' | 'busy' | 'idle' | 'bad' }>> = {
  detached: { text: 'Loading', tone: 'busy' },
  holding: { text: 'Paused', tone: 'idle' },
  armed: { text: 'Starting', tone: 'busy' },
  starting: { text: 'Starting', tone: 'busy' },
  following: { text: 'In sync', tone: 'good' },
  correcting: { text: 'Catching up', tone: 'busy' },
  seeking: { text: 'Catching up', tone: 'busy' },
  stalled: { text: 'Loading video', tone: 'bad' },
  needs_gesture: { text: 'Waiting for you', tone: 'bad' },
  paused_here: { text: 'Paused here', tone: 'bad' },
  ended: { text: 'The end', tone: 'idle' },
}
/** Numbers that change with every frame cannot be read. */
const redrawMs = 500

interface SyncBadgeProps {
  readonly connection: RoomConnection
  readonly room: RoomSnapshot
  readonly follower: Follower | null
}

/** How well this player keeps to the room; opened, it says it in full. */
export function SyncBadge({ connection, room, follower }: SyncBadgeProps) {
  const state = useNowAndThen(follower)
  const popUp = usePopUp()
  if (!state) return null
  const { text, tone } = words[state.mode]
  const errorMs = connection.clock.errorMs()
  const drift = state.driftMs === null ? null : Math.round(state.driftMs)
  return (
    <details class="sync" ref={popUp}>
      <summary class={`badge ${tone}`} title="How well your player keeps to the room">
        <span class="dot" aria-hidden="true" />
        <span>{text}</span>
        {drift !== null && <span class="figure">{Math.abs(drift)} ms</span>}
      </summary>
      <dl class="pop-up">
        <dt>Your player</dt>
        <dd>
          {drift === null
            ? 'not playing'
            : drift === 0
              ? 'exactly with the room'
              : `${Math.abs(drift)} ms ${drift > 0 ? 'ahead' : 'behind'}`}
        </dd>
        <dt>Measured to within</dt>
        <dd>{Number.isFinite(errorMs) ? `${Math.ceil(errorMs)} ms` : 'not known yet'}</dd>
        <dt>The room is within</dt>
        <dd>{room.skew ? `${Math.round(room.skew.skew_ms)} ms` : 'not known yet'}</dd>
      </dl>
    </details>
  )
}

function useNowAndThen(follower: Follower | null): FollowerState | null {
  const [state, setState] = useState<FollowerState | null>(null)
  useEffect(() => {
    if (!follower) return setState(null)
    let mode: FollowerMode | undefined
    const stop = follower.subscribe((next) => {
      if (next.mode !== mode) setState(next)
      mode = next.mode
    })
    const timer = setInterval(() => setState(follower.get()), redrawMs)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [follower])
  return state
}

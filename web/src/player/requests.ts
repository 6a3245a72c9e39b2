import type { Follower, RoomConnection } from '@matinee/client'
import { attempt, sayProblem } from '../parts/toasts'

export interface Drive {
  readonly connection: RoomConnection
  /** Whether one may drive the room at this moment. */
  readonly mayControl: () => boolean
  readonly follower: () => Follower | null
  /** Somebody pressed what is not theirs to press. */
  readonly onNotAllowed: () => void
}

/**
 * Turns what the controls ask for into commands to the room: the player itself is moved by its follower alone, for the one who pressed as
 * for all others. Volume, captions and full screen stay one's own. Gives what ends that.
 */
export function driveRoom(controls: HTMLElement, { connection, mayControl, follower, onNotAllowed }: Drive): () => void {
  const seek = latestOnly((toS: number) => connection.seek(toS))
  /** The room stands at the end, or has gone past it and plays on. */
  const beginAnew = () => {
    if (connection.state.view?.playback.playing) seek(0)
    else attempt(connection.seek(0).then(() => connection.play(0)))
  }
  const asked: Readonly<Record<string, (detail: unknown) => void>> = {
    mediaplayrequest() {
      const mode = follower()?.get().mode
      const playing = connection.state.view?.playback.playing
      if (mode === 'ended') return mayControl() ? beginAnew() : onNotAllowed()
      if (playing || mode === 'needs_gesture' || mode === 'paused_here') return follower()?.resume()
      if (mayControl()) attempt(connection.play())
      else onNotAllowed()
    },
    mediapauserequest() {
      // The room is past the end, and this player about to be: there is nothing left to pause.
      if (follower()?.get().mode === 'ended') return
      if (mayControl()) attempt(connection.pause())
      else onNotAllowed()
    },
    mediaseekrequest(detail) {
      if (!mayControl()) return onNotAllowed()
      if (typeof detail === 'number' && Number.isFinite(detail)) seek(Math.max(0, detail))
    },
    mediaplaybackraterequest(detail) {
      if (!mayControl()) return onNotAllowed()
      if (typeof detail === 'number') attempt(connection.rate(detail))
    },
    mediaunmuterequest() {
      if (follower()?.get().mutedByBrowser) follower()?.resume()
    },
  }
  const hear = (event: Event) => {
    asked[event.type]?.((event as CustomEvent<unknown>).detail)
    // Unmuting is one's own as well.
    if (event.type !== 'mediaunmuterequest') event.stopImmediatePropagation()
  }
  // While it goes down: the controller itself listens on the way up.
  for (const type of Object.keys(asked)) controls.addEventListener(type, hear, { capture: true })
  return () => {
    for (const type of Object.keys(asked)) controls.removeEventListener(type, hear, { capture: true })
  }
}

/** Of many wishes in a row, such as of a range that is dragged, the latest is asked for once the one before has been answered. */
function latestOnly(ask: (value: number) => Promise<unknown>): (value: number) => void {
  let underWay = false
  let next: number | undefined
  const go = async (value: number) => {
    underWay = true
    await ask(value).catch(sayProblem)
    underWay = false
    const wanted = next
    next = undefined
    if (wanted !== undefined) void go(wanted)
  }
  return (value) => {
    if (underWay) next = value
    else void go(value)
  }
}

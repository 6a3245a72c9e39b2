import { type BreakOff, hearBreakOffs } from './break-offs'
import type { PlayerElement } from './players'

/** One that has broken off, as without a network for half a minute, is made to try again after this, again and again. */
const againMs = 5_000
/** So often is one looked at that first plays what it has. */
const lookMs = 500

/** Makes a player that had a video, and has broken off, go on with it, until it is stopped. */
export interface KeepGoing {
  /** To be called when the element tells of an error. False where there has never been a video: then its address may be wrong. */
  reload(): boolean
  stop(): void
}

/** `onStandstill` hears, once or more, that the player has broken off and has nothing left to play. */
export function keepGoing(player: PlayerElement, onStandstill: () => void): KeepGoing {
  let timer: ReturnType<typeof setTimeout> | undefined
  let [hasLoaded, stopped] = [false, false]
  const after = (ms: number, next: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(next, ms)
  }
  const onBreakOff = ({ goOn, keepsData }: BreakOff) => {
    // hls.js and dash.js outlive their element.
    if (!hasLoaded || stopped) return
    const look = () => {
      if (isOut(player)) onStandstill()
      else if (!keepsData) return after(lookMs, look)
      goOn()
    }
    if (isOut(player)) onStandstill()
    after(againMs, look)
  }
  const loaded = () => {
    hasLoaded = true
  }
  player.addEventListener('loadeddata', loaded)
  const stopHearing = hearBreakOffs(player, { onBreakOff, onGoingOn: () => clearTimeout(timer) })
  return {
    reload() {
      if (!hasLoaded) return false
      onStandstill()
      after(againMs, () => player.load?.())
      return true
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      stopHearing()
      player.removeEventListener('loadeddata', loaded)
    },
  }
}

/** Whether it waits for data. */
const isOut = ({ readyState, ended }: PlayerElement): boolean => readyState < 3 && !ended

import type { PlayerElement } from './players'

/** A player that has stopped trying, as after a while without a network. */
export interface BreakOff {
  /** Makes it try again. */
  readonly goOn: () => void
  /** Whether it keeps what it has of the video meanwhile: if not, it had better be played to its end first. */
  readonly keepsData: boolean
}

interface Heard {
  readonly onBreakOff: (breakOff: BreakOff) => void
  /** It has found another way by itself. */
  readonly onGoingOn: () => void
}

/** Hears of the break-offs of a stream's player, of which its element says nothing: hls.js and dash.js tell only those who ask them. Gives what ends that. */
export function hearBreakOffs(player: PlayerElement, heard: Heard): () => void {
  const listen = ears[player.localName]
  if (!listen) return () => {}
  let known: unknown
  // hls.js is another one after each `load()`; both are there by then.
  const meet = () => {
    if (!player.api || player.api === known) return
    known = player.api
    listen(player, heard)
  }
  player.addEventListener('loadstart', meet)
  return () => player.removeEventListener('loadstart', meet)
}

/** As much of hls.js as is needed here; to import it would bring it into the first load. */
interface Hls {
  readonly levels: readonly unknown[]
  on(type: 'hlsError', listener: (type: string, error: { readonly type: string; readonly fatal: boolean }) => void): void
  startLoad(): void
}

/** As much of dash.js. */
interface Dash {
  on(type: 'error', listener: (event: { readonly error?: DashError }) => void): void
  on(type: 'fragmentLoadingStarted', listener: (event: { readonly request?: DashRequest }) => void): void
}

interface DashError {
  readonly code: number
  readonly data?: { readonly request?: DashRequest } | null
}

interface DashRequest {
  readonly mediaType?: string | null
}

/** Of dash.js: a list, an index, a piece or what goes before the pieces could not be had, nor read in the case of the list, try as it may. */
const lost = [10, 11, 25, 26, 27, 28]

const ears: Readonly<Record<string, (player: PlayerElement, heard: Heard) => void>> = {
  'hls-video'(player, { onBreakOff }) {
    const hls = player.api as Hls // The element's own documentation says so.
    hls.on('hlsError', (_, { type, fatal }) => {
      if (!fatal) return
      // Without its list there is nothing that it could go on with.
      const keepsData = type === 'networkError' && hls.levels.length > 0
      onBreakOff({ keepsData, goOn: () => (keepsData ? hls.startLoad() : player.load?.()) })
    })
  },
  'dash-video'(player, { onBreakOff, onGoingOn }) {
    const dash = player.api as Dash // The element's own documentation says so.
    let kind: string | null | undefined
    dash.on('error', ({ error }) => {
      if (!error || !lost.includes(error.code)) return
      kind = error.data?.request?.mediaType
      onBreakOff({ keepsData: false, goOn: () => player.load?.() })
    })
    // Such as from the next of several servers, or elsewhere after a jump; if that fails too, it says so.
    dash.on('fragmentLoadingStarted', ({ request }) => request?.mediaType === kind && onGoingOn())
  },
}

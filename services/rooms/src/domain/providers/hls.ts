import { byEnding } from './provider'

/** An HTTP Live Streaming playlist, by its address. */
export const hls = byEnding('hls', /\.m3u8$/i)

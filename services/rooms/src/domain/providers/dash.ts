import { byEnding } from './provider'

/** An MPEG-DASH manifest, by its address. */
export const dash = byEnding('dash', /\.mpd$/i)

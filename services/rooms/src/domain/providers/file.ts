import { byEnding } from './provider'

/** A video or sound file that browsers play by themselves, by its address. */
export const file = byEnding('file', /\.(mp4|m4v|webm|ogv|ogg|mov|mkv|mp3|m4a|oga|opus|wav|flac|aac)$/i)

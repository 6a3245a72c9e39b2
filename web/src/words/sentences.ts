import { MatineeError } from '@matinee/client'

const ofCode: Readonly<Record<string, string>> = {
  network: 'Matinee cannot be reached. Check your connection and try again.',
  room_not_found: 'There is no room with this code. Look at the link again, or ask who sent it.',
  room_closed: 'This room has been closed.',
  removed: 'You have been removed from this room. You may come back in a minute.',
  wrong_password: 'This is not the room’s password.',
  host_only: 'Only the host may do this.',
  moderators_only: 'Only the host and moderators may do this.',
  unsupported_video: 'Matinee cannot play this address. It plays YouTube, Vimeo, Twitch, HLS (.m3u8), DASH (.mpd) and video files.',
  too_many_waiting: 'Too many people are waiting for this room. Try again in a while.',
  version_conflict: 'Somebody else was quicker. Look where the video is now.',
  signed_out: 'Your session has ended. Sign in again.',
  timed_out: 'No answer came in time. Look whether it has happened, and try again.',
  // Of what is written by hand, these two go over the socket.
  invalid_frame: 'Matinee does not take this as it is. An address begins with https://, and a message has at most 2,000 characters.',
  read_only: 'The room takes no changes for a moment. Try again soon.',
}

const ofField: Readonly<Record<string, string>> = {
  email: 'This does not look like an e-mail address.',
  password: 'A password has 8 to 128 characters.',
  display_name: 'A name has 1 to 50 characters, none of them invisible.',
  name: 'A name has 1 to 50 characters, none of them invisible.',
  video_url: 'This is not the address of a video: it begins with https://.',
  room_code: 'A room’s code has 8 letters and digits.',
  message: 'A message has at most 2,000 characters.',
}

/** What went wrong, and what to do about it, for a person. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof MatineeError)) return 'Something went wrong on this page. Load it again.'
  const { code, fields, retryAfterMs, message } = error
  if (code === 'rate_limited') return `That was too often. Try again ${within(retryAfterMs)}.`
  if (code === 'denied') return `The host has turned you down. You may ask again ${within(retryAfterMs)}.`
  const field = fields.map((one) => ofField[one.field]).find((said) => said !== undefined)
  return ofCode[code] ?? field ?? message
}

/** "in 20 seconds", "in 3 minutes", "later". */
export function within(ms: number | undefined): string {
  if (ms === undefined) return 'later'
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 90) return seconds === 1 ? 'in a second' : `in ${seconds} seconds`
  return `in ${Math.ceil(seconds / 60)} minutes`
}

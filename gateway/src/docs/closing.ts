import { type CloseReason, closeCodes } from '@matinee/contracts'

/** A close code for readers: what it means, and whether to come back. */
export interface Closing {
  readonly code: number
  readonly reason: CloseReason
  readonly meaning: string
  readonly comeBack: string
}

const meanings: Readonly<Record<CloseReason, string>> = {
  left: 'You left, or gave up your place.',
  unsupported_data: 'You sent a binary frame.',
  too_big: 'You sent a frame over 16 KiB.',
  restarting: 'The server restarts.',
  try_later: 'Not possible right now.',
  unauthenticated: 'The access token is missing, invalid or expired, or its session has ended.',
  not_approved: 'You have not been let into this room.',
  room_not_found: 'There is no such room.',
  too_slow: 'You read too slowly.',
  replaced: 'You have more than five sockets in this room; this was the oldest.',
  room_closed: 'The room is closed.',
  removed: 'You were removed or banned.',
  too_fast: 'Too many frames, or too many bad ones.',
}

const comeBack: Readonly<Record<(typeof closeCodes)[CloseReason]['comeBack'], string>> = {
  never: 'No.',
  resume: 'Yes, with `since`.',
  fresh_token: 'After a fresh token.',
}

/** Every close code of the socket, lowest first. */
export const closings: readonly Closing[] = reasons()
  .map((reason) => ({
    code: closeCodes[reason].code,
    reason,
    meaning: meanings[reason],
    comeBack: reason === 'too_fast' ? 'After 10 seconds, with `since`.' : comeBack[closeCodes[reason].comeBack],
  }))
  .sort((a, b) => a.code - b.code)

function reasons(): CloseReason[] {
  // The keys are the type's own: `closeCodes` is a constant.
  return Object.keys(closeCodes) as CloseReason[]
}

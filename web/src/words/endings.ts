import type { EndReason } from '@matinee/client'

/** Why one is no longer in the room, and whether coming back may work. */
export interface Ending {
  readonly title: string
  readonly text: string
  readonly mayReturn: boolean
}

/** Each way in which a connection ends for good, for a person. */
export const endings: Readonly<Record<EndReason, Ending>> = {
  closed: { title: 'You have left', text: 'The room goes on without you.', mayReturn: true },
  left: { title: 'You have left', text: 'The room goes on without you.', mayReturn: true },
  denied: { title: 'Not this time', text: 'The host has turned down your request.', mayReturn: false },
  not_approved: { title: 'You are not in', text: 'The host has not let you in.', mayReturn: true },
  room_not_found: {
    title: 'No such room',
    text: 'There is no room with this code. Look at the link again, or ask who sent it.',
    mayReturn: false,
  },
  room_closed: { title: 'That was it', text: 'The host has closed this room. Thanks for watching.', mayReturn: false },
  removed: { title: 'You are out', text: 'The host has removed you from this room.', mayReturn: false },
  replaced: { title: 'Open elsewhere', text: 'You have this room open in many other tabs, so this one made way.', mayReturn: true },
  unauthenticated: { title: 'Signed out', text: 'Your session has ended. Sign in again to come back.', mayReturn: true },
  too_big: { title: 'Disconnected', text: 'The page sent something the server does not take.', mayReturn: true },
  unsupported_data: { title: 'Disconnected', text: 'The page sent something the server does not take.', mayReturn: true },
}

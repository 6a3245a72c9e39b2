import { defaultPlaybackPolicy } from '@matinee/contracts/default-playback-policy'
import type { ChatLine, LogEvent, Member, Person, Playback, Policy, Room, RoomState, ServerFrame } from '../contract-types'

/** What a member knows of the room: a snapshot, moved on by the events after it. */
export interface RoomView {
  readonly room: Room
  readonly you: Member
  /** Those known to be present, newest first; of a crowd not all. */
  readonly participants: readonly Member[]
  /** How many are present, those not in `participants` too. */
  readonly total: number
  readonly playback: Playback
  /** Oldest first; at most the latest `chatKept`. */
  readonly chat: readonly ChatLine[]
  /** Those who wait to enter; empty for those who may not decide on it. */
  readonly pending: readonly Person[]
  readonly policy: Policy
}

export type Snapshot = Extract<RoomState, { resumed: false }>
export type Resumed = Extract<RoomState, { resumed: true }>

/** How many chat lines a view keeps. */
export const chatKept = 500
/** How many participants a view keeps, so that a crowd that comes and goes does not fill the memory. */
export const participantsKept = 500

/** The view that a snapshot shows: it replaces all that was known. */
export function viewOf(snapshot: Snapshot): RoomView {
  const { room, you, participants, participants_total: total, playback, chat_history: chat, pending = [], policy } = snapshot
  return { room, you, participants, total, playback, chat, pending, policy }
}

/** The view at the beginning of a resumption, before the events that were missed. */
export function resumedView(view: RoomView, { you, policy, pending = [] }: Resumed): RoomView {
  return { ...view, you, policy, pending }
}

/** The view after `event`, the next in the log. An event that is not known changes nothing. */
export function advance(view: RoomView, event: LogEvent): RoomView {
  switch (event.type) {
    case 'USER_JOINED':
      return { ...view, participants: come(view.participants, [event.user]), total: view.total + 1 }
    case 'USER_LEFT':
      return { ...view, participants: go(view.participants, [event.user]), total: Math.max(0, view.total - 1) }
    case 'PRESENCE':
      return { ...view, participants: come(go(view.participants, event.left), event.joined), total: event.total }
    case 'CHAT_MESSAGE':
      return { ...view, chat: [...view.chat, event].slice(-chatKept) }
    case 'ROOM_UPDATED':
      return { ...view, room: event.room, policy: policyOf(view, event.room) }
    case 'ROOM_CLOSED':
      return { ...view, room: { ...view.room, is_active: false } }
    case 'PARTICIPANT_REMOVED':
      return { ...view, pending: without(view.pending, event.user) }
    default:
      return other(view, event)
  }
}

/** The view after a frame that is not in the log; the same view where it changes nothing. */
export function heed(view: RoomView, frame: ServerFrame): RoomView {
  switch (frame.type) {
    case 'PARTICIPANT_PENDING':
      return { ...view, pending: [...without(view.pending, frame.user), frame.user] }
    case 'PARTICIPANT_APPROVED':
    case 'PARTICIPANT_DENIED':
      return { ...view, pending: without(view.pending, frame.user) }
    default:
      return view
  }
}

/** Events about the timeline and about roles, and those that a later version of the server knows. */
function other(view: RoomView, event: LogEvent): RoomView {
  if ('version' in event) {
    const { media, playing, time, at_ms, rate, version, user } = event
    return { ...view, playback: { media, playing, time, at_ms, rate, version, user } }
  }
  if (event.type === 'HOST_CHANGED' || event.type === 'ROLE_CHANGED') return withRole(view, event.user)
  return view
}

function policyOf({ room: before, policy }: RoomView, { playback_policy: own = {} }: Room): Policy {
  const { playback_policy: had = {} } = before
  // What a room no longer says of its own is again as where no room says anything.
  const usual = Object.entries(defaultPlaybackPolicy).filter(([name]) => name in had)
  return { ...policy, ...Object.fromEntries([...usual, ...Object.entries(own)]) }
}

function withRole(view: RoomView, user: Member): RoomView {
  const participants = view.participants.map((one) => (one.id === user.id ? user : one))
  return { ...view, participants, you: view.you.id === user.id ? user : view.you }
}

function come(present: readonly Member[], joined: readonly Member[]): readonly Member[] {
  return [...joined.toReversed(), ...go(present, joined)].slice(0, participantsKept)
}

function go(present: readonly Member[], left: readonly Member[]): readonly Member[] {
  const gone = new Set(left.map(({ id }) => id))
  return present.filter(({ id }) => !gone.has(id))
}

function without(people: readonly Person[], { id }: Person): readonly Person[] {
  return people.some((one) => one.id === id) ? people.filter((one) => one.id !== id) : people
}

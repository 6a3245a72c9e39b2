import { canonical, type EventFrame, type Frame } from './frame'

/** What a client shows of a room, folded from a snapshot and the events after it. */
export interface View {
  room: string
  playback: string
  /** Who is present; undefined where the snapshot told of some only. */
  readonly people: Set<string> | undefined
  total: number
  /** Chat lines it knows, oldest first: as far back as its snapshot went. */
  readonly chat: string[]
}

export function viewOf(snapshot: Frame): View {
  const { room, playback, participants = [], participants_total: total = participants.length, chat_history: chat = [] } = snapshot
  return {
    room: canonical(room),
    playback: playbackOf(playback ?? {}),
    people: participants.length === total ? new Set(participants.map(({ id }) => id)) : undefined,
    total,
    chat: chat.map(canonical),
  }
}

/** Brings the view past `event`; tells when the event does not fit what was shown. */
export function advance(view: View, event: EventFrame): string | undefined {
  const who = event.user?.id ?? ''
  switch (event.type) {
    case 'USER_JOINED': {
      const odd = view.people?.has(who)
      view.people?.add(who)
      view.total++
      return odd ? `${who} joined, and was there` : undefined
    }
    case 'USER_LEFT':
      view.total--
      return view.people?.delete(who) === false ? `${who} left, and was not there` : undefined
    case 'PRESENCE': {
      // A newcomer knows itself from its snapshot, before that is told.
      const { joined = [], left = [], total = view.total } = event
      const odd = left.find(({ id }) => view.people?.delete(id) === false)
      for (const { id } of joined) view.people?.add(id)
      view.total = total
      if (view.people && view.people.size !== total) return `${view.people.size} are there, and ${total} are told`
      return odd && `${odd.id} left, and was not there`
    }
    case 'CHAT_MESSAGE':
      view.chat.push(canonical(event))
      return
    case 'ROOM_UPDATED':
      view.room = canonical(event.room)
      return
    default:
      if (event.version !== undefined) view.playback = playbackOf(event)
      return
  }
}

/** Which of what two clients show differs, if anything does; of the chat, what both can know. */
export function differenceOf(one: View, other: View): string | undefined {
  if (one.playback !== other.playback) return `playback: ${one.playback} and ${other.playback}`
  if (one.room !== other.room) return `room: ${one.room} and ${other.room}`
  if (one.total !== other.total) return `participants: ${one.total} and ${other.total}`
  if (one.people && other.people && one.people.symmetricDifference(other.people).size > 0)
    return `participants: ${[...one.people]} and ${[...other.people]}`
  const known = Math.min(one.chat.length, other.chat.length)
  const [ones, others] = [one.chat.slice(one.chat.length - known), other.chat.slice(other.chat.length - known)]
  const at = ones.findIndex((line, place) => line !== others[place])
  return at < 0 ? undefined : `chat: ${ones[at]} and ${others[at]}`
}

function playbackOf(value: unknown): string {
  const { media, playing, time, at_ms, rate, version, user } = value as Record<string, unknown>
  return canonical({ media, playing, time, at_ms, rate, version, user })
}

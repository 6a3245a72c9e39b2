import { canonical, type EventFrame, type Frame } from './frame'

/** What a client shows of a room, folded from a snapshot and the events after it. */
export interface View {
  readonly room: string
  readonly playback: string
  /** Who is present; undefined where the snapshot told of some only. */
  readonly people: ReadonlySet<string> | undefined
  readonly total: number
  /** Chat lines it knows, oldest first: as far back as its snapshot went. */
  readonly chat: readonly string[]
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

/** The view after `event`; `odd` when the event does not fit what was shown. */
export function advance(view: View, event: EventFrame): { readonly view: View; readonly odd?: string } {
  const who = event.user?.id ?? ''
  switch (event.type) {
    case 'USER_JOINED': {
      const people = view.people && new Set(view.people).add(who)
      return { view: { ...view, people, total: view.total + 1 }, ...(view.people?.has(who) ? { odd: `${who} joined, and was there` } : {}) }
    }
    case 'USER_LEFT': {
      const people = view.people && new Set([...view.people].filter((id) => id !== who))
      return {
        view: { ...view, people, total: view.total - 1 },
        ...(view.people && !view.people.has(who) ? { odd: `${who} left, and was not there` } : {}),
      }
    }
    case 'CHAT_MESSAGE':
      return { view: { ...view, chat: [...view.chat, canonical(event)] } }
    case 'ROOM_UPDATED':
      return { view: { ...view, room: canonical(event.room) } }
    default:
      return event.version === undefined ? { view } : { view: { ...view, playback: playbackOf(event) } }
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

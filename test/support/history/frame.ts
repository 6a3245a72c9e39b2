/** A frame, as far as the checker reads it; it was held to its schema when it came. */
export interface Frame {
  readonly type: string
  readonly seq?: number
  readonly sent_at_ms?: number
  readonly epoch?: string
  readonly resumed?: boolean
  readonly reason?: string
  readonly id?: string
  readonly message?: string
  readonly time?: number
  readonly rate?: number
  readonly media?: { readonly url: string } | null
  readonly version?: number
  readonly user?: { readonly id: string } | null
  readonly joined?: readonly { readonly id: string }[]
  readonly left?: readonly { readonly id: string }[]
  readonly total?: number
  readonly room?: unknown
  readonly participants?: readonly { readonly id: string }[]
  readonly participants_total?: number
  readonly playback?: unknown
  readonly chat_history?: readonly Frame[]
}

/** An event of the room's log. */
export type EventFrame = Frame & { readonly seq: number }

/** Frames that were read already: each client is given the same events, and a run is looked at more than once. */
const known = new Map<string, Frame>()
const mostKnown = 50_000

export function frameOf(text: string): Frame {
  const frame = known.get(text) ?? (JSON.parse(text) as Frame)
  if (known.size >= mostKnown) known.clear()
  known.set(text, frame)
  return frame
}

export const isEvent = (frame: Frame): frame is EventFrame => frame.sent_at_ms !== undefined && frame.seq !== undefined

const texts = new WeakMap<object, string>()

/** One text for one value, whatever order its fields came in. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const text = texts.get(value) ?? sorted(value)
  texts.set(value, text)
  return text
}

function sorted(value: object): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

/** What a command or its event says, of all that tells one from another. */
type Effect = Pick<Frame, 'message' | 'time' | 'rate' | 'media'> & { readonly video_url?: string }

/** What a command does, so that its event is known when it is seen: who, what, and what was said, which position, rate or video. */
export function effectOf(type: string, userId: string, { message, time, rate, media, video_url: url }: Effect): string {
  const what = { CHAT_MESSAGE: message?.trim(), PLAY: time, PAUSE: time, SEEK: time, RATE: rate, MEDIA: url ?? media?.url }
  return `${type} of ${userId}: ${what[type as keyof typeof what] ?? ''}`
}

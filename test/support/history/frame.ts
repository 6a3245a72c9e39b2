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

/** What a command does, so that its event is known when it is seen: who, what, and what was said or which position. */
export const effectOf = (type: string, userId: string, { message, time }: Pick<Frame, 'message' | 'time'>): string =>
  `${type} of ${userId}: ${message?.trim() ?? (['PLAY', 'PAUSE', 'SEEK'].includes(type) ? time : '')}`

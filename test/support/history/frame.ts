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
  readonly room?: unknown
  readonly participants?: readonly { readonly id: string }[]
  readonly participants_total?: number
  readonly playback?: unknown
  readonly chat_history?: readonly Frame[]
}

/** An event of the room's log. */
export type EventFrame = Frame & { readonly seq: number }

export const frameOf = (text: string): Frame => JSON.parse(text) as Frame

export const isEvent = (frame: Frame): frame is EventFrame => frame.sent_at_ms !== undefined && frame.seq !== undefined

/** One text for one value, whatever order its fields came in. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

/** What a command does, so that its event is known when it is seen: who, what, and what was said or which position. */
export const effectOf = (type: string, userId: string, { message, time }: Pick<Frame, 'message' | 'time'>): string =>
  `${type} of ${userId}: ${message?.trim() ?? (['PLAY', 'PAUSE', 'SEEK'].includes(type) ? time : '')}`

import { CommandId, type RefusalCode, refusals } from '@matinee/contracts'

export interface ErrorDetails {
  readonly id?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly field?: string | undefined
  /** JSON of the current playback. */
  readonly playback?: string | undefined
}

/** The text of an ERROR frame. */
export function errorFrame(code: RefusalCode, { id, retryAfterMs, field, playback }: ErrorDetails = {}): string {
  const { message, retryable } = refusals[code]
  const frame = JSON.stringify({
    type: 'ERROR',
    code,
    message,
    retryable,
    ...(id === undefined ? {} : { id }),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: Math.ceil(retryAfterMs) }),
    ...(field === undefined ? {} : { field }),
  })
  return playback === undefined ? frame : `${frame.slice(0, -1)},"playback":${playback}}`
}

/** The command id in a frame that is refused unread, so that its sender knows which one it was. */
export function commandIdOf(text: string): string | undefined {
  try {
    const frame: unknown = JSON.parse(text)
    if (typeof frame !== 'object' || frame === null || !('id' in frame)) return undefined
    return CommandId.safeParse(frame.id).data
  } catch {
    return undefined
  }
}

import type { LogEventType } from '@matinee/contracts'
import type { PlaybackCommand, Scheduled } from './timeline'

/**
 * An event before it has a place: the payload becomes
 * `{"seq":…,"sent_at_ms":…,"type":"<type>",<before>[<stamp + leadMs>]<after>`,
 * where the instant is there only if `leadMs` is given. `after` ends with the closing brace.
 */
export interface NewEvent {
  readonly type: LogEventType
  readonly before: string
  readonly leadMs?: number
  readonly after: string
}

/** A chat line. `member` is the sender's JSON. */
export const chatEvent = (id: string, member: string, message: string): NewEvent => ({
  type: 'CHAT_MESSAGE',
  before: '',
  after: `"id":"${id}","user":${member},"message":${JSON.stringify(message)}}`,
})

/** A playback command, which holds from when it is scheduled for. `member` is the sender's JSON. */
export function playbackEvent(type: PlaybackCommand['type'], { timeline, holds }: Scheduled, member: string): NewEvent {
  const { media, playing, time, rate, version, put_off } = timeline
  const before = `"media":${JSON.stringify(media)},"playing":${playing},"time":${time},"at_ms":`
  const after = `,"rate":${rate},"version":${version}${put_off ? ',"put_off":true' : ''},"user":${member}}`
  return 'atMs' in holds ? { type, before: `${before}${holds.atMs}`, after } : { type, before, leadMs: holds.leadMs, after }
}

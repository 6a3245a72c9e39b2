import type { NewEvent } from '../ports'
import type { Scheduled } from './timeline'

/** A chat line. `member` is the sender's JSON. */
export const chatEvent = (id: string, member: string, message: string): NewEvent => ({
  type: 'CHAT_MESSAGE',
  before: '',
  after: `"id":"${id}","user":${member},"message":${JSON.stringify(message)}}`,
})

/** A playback command that takes effect `leadMs` after the log stamps it. `member` is the sender's JSON. */
export function playbackEvent(type: 'PLAY' | 'PAUSE' | 'SEEK', { timeline, leadMs }: Scheduled, member: string): NewEvent {
  const { media, playing, time, rate, version } = timeline
  return {
    type,
    before: `"media":${JSON.stringify(media)},"playing":${playing},"time":${time},"at_ms":`,
    leadMs,
    after: `,"rate":${rate},"version":${version},"user":${member}}`,
  }
}

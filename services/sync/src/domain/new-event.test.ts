import { expect, test } from 'bun:test'
import { LogEvent } from '@matinee/contracts'
import { chatEvent, type NewEvent, playbackEvent } from './new-event'
import { parseResumePoint } from './resume-point'

const ana = '{"id":"00000000-0000-4000-8000-00000000000a","display_name":"\\"},{\\"","is_guest":false,"role":"host"}'
/** As the room log puts an event together. */
const placed = ({ type, before, leadMs, after }: NewEvent) =>
  JSON.parse(`{"seq":3,"sent_at_ms":1000,"type":"${type}",${before}${leadMs === undefined ? '' : 1000 + leadMs}${after}`)

test('[CH1] a line says what was said, whatever that is, and nothing else', () => {
  for (const message of ['"},{"seq":1', '\\', '\u0000\u2028\ud800', '😀', '</script>']) {
    const event = LogEvent.parse(placed(chatEvent('00000000-0000-4000-8000-000000000001', ana, message)))

    expect(event).toMatchObject({ type: 'CHAT_MESSAGE', seq: 3, message, user: { display_name: '"},{"' } })
  }
})

test('[PB3] a playback event holds at its instant, which the log knows', () => {
  const media = { provider: 'file', id: 'https://x/"', url: 'https://x/"' }
  const timeline = { media, playing: true, time: 1e-7, rate: 1.25, version: 8 }

  const event = LogEvent.parse(placed(playbackEvent('PLAY', { timeline, holds: { leadMs: 200 } }, ana)))

  expect(event).toMatchObject({ type: 'PLAY', ...timeline, at_ms: 1200 })
})

test('[RG9] one that waits for members says so', () => {
  const timeline = { media: null, playing: true, time: 0, rate: 1, version: 8 }
  const said = (put_off?: boolean) =>
    placed(playbackEvent('PLAY', { timeline: { ...timeline, ...(put_off && { put_off }) }, holds: { leadMs: 200 } }, ana))

  expect(LogEvent.parse(said(true))).toMatchObject({ put_off: true })
  expect(said()).not.toHaveProperty('put_off')
})

test('[PB12] one that leaves no gap holds at the instant for which it was computed, whenever the log stamps it', () => {
  const timeline = { media: null, playing: true, time: 40.5, rate: 2, version: 8 }

  const event = LogEvent.parse(placed(playbackEvent('PLAY', { timeline, holds: { atMs: 990 } }, ana)))

  expect(event).toMatchObject({ ...timeline, at_ms: 990, sent_at_ms: 1000 })
})

test('[LG6] a resume point is the epoch and the last event', () => {
  expect(parseResumePoint('7gq4.120')).toEqual({ epoch: '7gq4', seq: 120 })
})

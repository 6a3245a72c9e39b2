import { describe, expect, test } from 'bun:test'
import { RoomRow } from '../events/rows'
import { Room, UpdateRoomBody } from './rooms'

const ana = '0a000000-0000-4000-8000-00000000000a'
/** A room as a service told of it before rooms had owners and control. */
const older = {
  room_id: '00000000-0000-4000-8000-000000000001',
  room_code: '7GQ4KX2M',
  name: 'Cinema',
  is_private: false,
  entry_mode: null,
  host: { id: ana, display_name: 'Ana', is_guest: false },
  media: null,
  is_chat_enabled: true,
  is_active: true,
  created_at_ms: 1,
}

describe('a room that an older service wrote', () => {
  test('belongs to its host, who alone controls it', () => {
    const defaults = {
      owner_id: ana,
      successor_id: null,
      control: 'host',
      wait_for_ready: false,
      pause_for_stalled: false,
      playback_policy: {},
    } as const

    expect(Room.parse(older)).toEqual({ ...older, ...defaults })
    expect(RoomRow.parse({ ...older, version: 3 })).toEqual({ ...older, ...defaults, media_by: null, version: 3 })
  })

  test('is no room where it has no host', () => {
    const { host: _, ...without } = older

    for (const wrong of [without, { ...older, host: null }, { ...older, host: { id: 1 } }, null, 'room'])
      expect(Room.safeParse(wrong).success).toBe(false)
  })
})

describe('a change of settings', () => {
  const takes = (body: unknown) => UpdateRoomBody.safeParse(body).success

  test('names thresholds within their bounds only', () => {
    expect(takes({ playback_policy: {} })).toBe(true)
    expect(takes({ playback_policy: { max_rate_change: 0.1, report_interval_ms: 500 } })).toBe(true)
    for (const wrong of [{ max_rate_change: 0.5 }, { report_interval_ms: 1 }, { ready_timeout_ms: 0.5 }, { unknown: 1 }])
      expect(takes({ playback_policy: wrong })).toBe(false)
  })

  test('keeps the thresholds in their order, those of the server included', () => {
    expect(takes({ playback_policy: { correct_from_ms: 20 } })).toBe(true)
    expect(takes({ playback_policy: { correct_from_ms: 10 } })).toBe(false)
    expect(takes({ playback_policy: { correct_until_ms: 50 } })).toBe(false)
    expect(takes({ playback_policy: { correct_until_ms: 50, correct_from_ms: 60 } })).toBe(true)
    expect(takes({ playback_policy: { seek_beyond_ms: 200, correct_from_ms: 300 } })).toBe(false)
  })
})

import { expect, test } from 'bun:test'
import { defaultRoomSettings, type MembershipAnswer, type ParticipantRow, type RoomRow, type Standing } from '@matinee/contracts'
import { entranceOf } from './entrance'

const room = (fields: Partial<RoomRow> = {}): RoomRow => ({
  room_id: '00000000-0000-4000-8000-000000000001',
  room_code: '7GQ4KX2M',
  name: 'Cinema',
  is_private: true,
  entry_mode: 'APPROVAL',
  host: { id: '00000000-0000-4000-8000-00000000000a', display_name: 'Ana', is_guest: false },
  media: null,
  owner_id: '00000000-0000-4000-8000-00000000000a',
  is_chat_enabled: true,
  ...defaultRoomSettings,
  media_by: null,
  is_active: true,
  created_at_ms: 1,
  version: 1,
  ...fields,
})
const row = (standing: Standing): ParticipantRow => ({
  room_id: '00000000-0000-4000-8000-000000000001',
  room_code: '7GQ4KX2M',
  user_id: '00000000-0000-4000-8000-00000000000b',
  display_name: 'Ben',
  is_guest: true,
  standing,
  role: 'member',
  joined_at_ms: 1,
  version: 2,
})
const answer = (standing: Standing | undefined, fields: Partial<RoomRow> = {}): MembershipAnswer => ({
  room: room(fields),
  participant: standing ? row(standing) : null,
  pending: [],
  counter: 1,
})
const refused = (code: string, close = code) => ({ verdict: 'refuse', code, close })
const publicRoom = { is_private: false, entry_mode: null }

test.each([
  ['no row', undefined, {}, refused('room_not_found')],
  ['LEFT', 'LEFT', {}, refused('room_not_found')],
  ['LEFT, closed', 'LEFT', { is_active: false }, refused('room_not_found')],
  ['PENDING', 'PENDING', {}, { verdict: 'wait' }],
  ['APPROVED', 'APPROVED', {}, { verdict: 'enter' }],
  ['APPROVED, closed', 'APPROVED', { is_active: false }, refused('room_closed')],
  ['DENIED', 'DENIED', {}, refused('not_approved')],
  ['REMOVED', 'REMOVED', {}, refused('removed')],
  ['no row, public', undefined, publicRoom, refused('not_approved')],
  ['LEFT, public', 'LEFT', publicRoom, refused('not_approved')],
  ['no row, public, closed', undefined, { ...publicRoom, is_active: false }, refused('room_closed')],
] as const)('[EN4] %s', (_, standing, fields, entrance) => {
  expect(entranceOf(answer(standing, fields))).toEqual(entrance as ReturnType<typeof entranceOf>)
})

test('[EN3] without a room there is nothing to enter', () => {
  expect(entranceOf({ room: null, participant: null, pending: [], counter: 0 })).toEqual({
    verdict: 'refuse',
    code: 'room_not_found',
    close: 'room_not_found',
  })
})

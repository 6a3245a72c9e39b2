import { expect, test } from 'bun:test'
import { create } from './create'
import { ana, approvalPlan, noonMs, passwordPlan, plan, types } from './domain.fixtures'

test('[RM2] whoever makes a room is its host and is in', () => {
  const decision = create(plan, ana, noonMs)

  expect(decision.room.host).toEqual(ana)
  expect(decision.people).toMatchObject([{ ...ana, standing: 'APPROVED', role: 'host', joinedAtMs: noonMs, version: 1 }])
  expect(types(decision)).toEqual(['rooms.room.created', 'rooms.participant.approved'])
})

test('[RM3] a private room is entered by approval unless it says otherwise; a public one has no entry mode', () => {
  expect(create(approvalPlan, ana, noonMs).room.entryMode).toBe('APPROVAL')
  expect(create(passwordPlan, ana, noonMs).room.entryMode).toBe('PASSWORD')
  expect(create(plan, ana, noonMs).room.entryMode).toBeNull()
})

test('[RM4] what is announced does not hold the hash of the password', () => {
  const decision = create({ ...passwordPlan, passwordHash: 'argon2-hash' }, ana, noonMs)

  expect(JSON.stringify(decision.announced)).not.toContain('argon2-hash')
})

test.each([
  ['Ana', 'Ana’s room'],
  ['x'.repeat(50), `${'x'.repeat(43)}’s room`],
  ['😀'.repeat(50), `${'😀'.repeat(43)}’s room`],
])('[RM5] a room without a name is called after its host: %s', (displayName, name) => {
  const { room } = create(plan, { ...ana, displayName }, noonMs)

  expect(room.name).toBe(name)
  expect([...room.name].length).toBeLessThanOrEqual(50)
})

test('[RM5] a name that is given is kept', () => {
  expect(create({ ...plan, name: 'Film night' }, ana, noonMs).room.name).toBe('Film night')
})

test('[RM7] what is announced carries the whole row and its version', () => {
  const { announced } = create({ ...plan, medium: { provider: 'youtube', id: 'dQw4w9WgXcQ' } }, ana, noonMs)

  expect(announced[0]?.data).toEqual({
    room: {
      room_id: plan.id,
      room_code: plan.code,
      name: 'Ana’s room',
      is_private: false,
      entry_mode: null,
      host: { id: ana.userId, display_name: 'Ana', is_guest: false },
      owner_id: ana.userId,
      media: { provider: 'youtube', id: 'dQw4w9WgXcQ', url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ' },
      is_chat_enabled: true,
      control: 'host',
      wait_for_ready: false,
      pause_for_stalled: false,
      successor_id: null,
      playback_policy: {},
      is_active: true,
      created_at_ms: noonMs,
      media_by: null,
      version: 1,
    },
  })
})

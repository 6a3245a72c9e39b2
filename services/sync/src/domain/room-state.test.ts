import { expect, test } from 'bun:test'
import { RoomState } from '@matinee/contracts'
import { replicaOf } from './replica'
import { resumedFrame, snapshotFrame } from './room-state'

const member = (letter: string, role = 'member') =>
  `{"id":"00000000-0000-4000-8000-00000000000${letter}","display_name":"${letter.toUpperCase()}","is_guest":true,"role":"${role}"}`
const [ana, ben, cleo] = [member('a', 'host'), member('b'), member('c')]
const idOf = (text: string) => (JSON.parse(text) as { id: string }).id
const entry = (text: string) => ({ userId: idOf(text), member: text })
const replica = replicaOf({
  epoch: 'e1',
  seq: 9,
  note: 0,
  offset: 12,
  rowsTo: 4,
  room: JSON.stringify({
    room_id: '00000000-0000-4000-8000-000000000001',
    room_code: '7GQ4KX2M',
    name: 'Say "cheese", please\u2028',
    is_private: true,
    entry_mode: 'APPROVAL',
    host: { id: idOf(ana), display_name: 'A', is_guest: true },
    media: null,
    is_chat_enabled: true,
    is_active: true,
    created_at_ms: 1,
    version: 4,
  }),
  playback: `{"media":null,"playing":true,"time":3,"at_ms":5,"rate":1,"version":2,"user":${ana}}`,
  people: [entry(ana), entry(ben)],
  pending: [entry(cleo)],
  chats: [`{"seq":8,"sent_at_ms":7,"type":"CHAT_MESSAGE","id":"x","user":${ben},"message":"hi"}`],
})
const standing = { policy: { heartbeat_ms: 1, silence_ms: 2, start_lead_ms: 3 }, serverTimeMs: 1_000 }

test('[EN1] a snapshot is a ROOM_STATE as the contract has it, at the place of the replica', () => {
  const frame = RoomState.parse(JSON.parse(snapshotFrame(replica, { member: ben, isHost: false }, 'first', standing)))

  expect(frame).toMatchObject({ resumed: false, reason: 'first', epoch: 'e1', seq: 9, you: { id: idOf(ben) }, participants_total: 2 })
  expect(frame).toMatchObject({
    participants: [{ id: idOf(ben) }, { id: idOf(ana) }],
    chat_history: [{ message: 'hi' }],
    server_time_ms: 1_000,
  })
})

test('[LG6] a resumed one tells where the client stood and how far the log is, and holds no room', () => {
  const frame = RoomState.parse(JSON.parse(resumedFrame(replica, { member: ana, isHost: true }, 5, standing)))

  expect(frame).toMatchObject({ resumed: true, epoch: 'e1', seq: 5, head_seq: 9, pending: [{ id: idOf(cleo) }] })
  expect(frame).not.toHaveProperty('room')
})

test('[EN25] those who wait are shown to hosts only, without a role', () => {
  const toHost = JSON.parse(snapshotFrame(replica, { member: ana, isHost: true }, 'first', standing))
  const toMember = JSON.parse(snapshotFrame(replica, { member: ben, isHost: false }, 'first', standing))

  expect(toHost.pending).toEqual([{ id: idOf(cleo), display_name: 'C', is_guest: true }])
  expect(toMember).not.toHaveProperty('pending')
})

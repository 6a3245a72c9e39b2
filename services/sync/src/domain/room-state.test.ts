import { expect, test } from 'bun:test'
import { defaultPlaybackPolicy, RoomState } from '@matinee/contracts'
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
  presenceDue: 0,
  wasServing: true,
  pending: [entry(cleo)],
  chats: [`{"seq":8,"sent_at_ms":7,"type":"CHAT_MESSAGE","id":"x","user":${ben},"message":"hi"}`],
})
const standing = { policy: { heartbeat_ms: 1, silence_ms: 2, start_lead_ms: 3, ...defaultPlaybackPolicy }, serverTimeMs: 1_000 }

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

test('[CH4] of the latest lines those are shown that come to 128 KiB, whatever the script', () => {
  const line = (at: number) => `{"seq":${at},"sent_at_ms":7,"type":"CHAT_MESSAGE","id":"x","user":${ben},"message":"${'映'.repeat(2_000)}"}`
  const chats = Array.from({ length: 50 }, (_, at) => line(at + 1))
  const wordy = { ...replica, chats }

  const text = snapshotFrame(wordy, { member: ben, isHost: false }, 'first', standing)

  const shown: string[] = JSON.parse(text).chat_history.map(({ seq }: { seq: number }) => line(seq))
  expect(shown).toEqual(chats.slice(-shown.length))
  expect(Buffer.byteLength(shown.join(''))).toBeLessThanOrEqual(131_072)
  expect(Buffer.byteLength(chats.slice(-shown.length - 1).join(''))).toBeGreaterThan(131_072)
})

test('[PR4] one who is present, but not told of yet, is shown on top of the others', () => {
  const frame = JSON.parse(snapshotFrame(replica, { member: cleo, isHost: false, untold: true }, 'first', standing))

  expect(frame).toMatchObject({ participants: [{ id: idOf(cleo) }, { id: idOf(ben) }, { id: idOf(ana) }], participants_total: 3 })
})

test('[PR4] at most a hundred are shown, the newest first, also when one comes on top', () => {
  const guests = Array.from({ length: 120 }, (_, place) => JSON.stringify({ ...JSON.parse(ben), id: `g${place}` }))
  const crowd = { ...replica, shown: undefined, people: new Map(guests.map((guest) => [idOf(guest), guest])) }
  const shownTo = (untold: boolean) => {
    const frame = JSON.parse(snapshotFrame(crowd, { member: cleo, isHost: false, untold }, 'first', standing))
    return { ids: frame.participants.map(({ id }: { id: string }) => id), total: frame.participants_total }
  }

  const [told, untold] = [shownTo(false), shownTo(true)]

  const newest = Array.from({ length: 100 }, (_, place) => `g${119 - place}`)
  expect(told).toEqual({ ids: newest, total: 120 })
  expect(untold).toEqual({ ids: [idOf(cleo), ...newest.slice(0, 99)], total: 121 })
})

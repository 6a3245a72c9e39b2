import { expect, test } from 'bun:test'
import { createInbox } from './live-inbox'

const ana = { id: '5f0c1c2e-6a47-4d55-9c7f-0a8b3a3f2c11', display_name: 'Ana', is_guest: true, role: 'host' }
const joined = (seq: number) => JSON.stringify({ type: 'USER_JOINED', seq, sent_at_ms: 1, user: ana })
const resumed = (seq: number) =>
  JSON.stringify({
    ...{ type: 'ROOM_STATE', resumed: true, epoch: 'e1', seq, head_seq: 9, you: ana, server_time_ms: 1 },
    policy: { heartbeat_ms: 1, silence_ms: 1, start_lead_ms: 1 },
  })

function setup(...texts: string[]) {
  const inbox = createInbox('e1.4')
  for (const text of texts) inbox.take(text)
  return inbox
}

test('events that follow each other are applied, and found by who waits for them', async () => {
  const inbox = setup(resumed(4), joined(5))

  const later = inbox.next('USER_JOINED', ({ seq }) => seq === 6)
  inbox.take(joined(6))

  expect((await later).user.display_name).toBe('Ana')
  expect([...inbox.applied.keys()]).toEqual([5, 6])
  expect(() => inbox.check()).not.toThrow()
})

test.each([
  ['a gap', [resumed(4), joined(6)], 'event 6 came after 4'],
  ['an event twice', [resumed(4), joined(5), joined(5)], 'event 5 came after 5'],
  ['a resume elsewhere', [resumed(3)], 'resumed at e1.3, stood at e1.4'],
  ['a frame of no schema', ['{"type":"DANCE"}'], 'not a frame of the contract'],
])('%s is found out, and fails whoever waits', async (_, texts, what) => {
  const inbox = setup(...texts)

  expect(() => inbox.check()).toThrow(what)
  await expect(inbox.next('HEARTBEAT')).rejects.toThrow(what)
})

test('a wait in vain says what came instead', async () => {
  const inbox = setup(resumed(4), joined(5))

  await expect(inbox.next('ACK', undefined, 20)).rejects.toThrow(
    'ACK did not come: not within 20 ms; the last frames were ROOM_STATE#4 USER_JOINED#5',
  )
})

test('a socket that is closed fails whoever waits', async () => {
  const inbox = setup(resumed(4))

  const never = inbox.reaches(7)
  inbox.end('closed with 1006')

  await expect(never).rejects.toThrow('event 7 did not come: closed with 1006')
})

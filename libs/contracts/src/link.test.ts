import { describe, expect, test } from 'bun:test'
import { decodeToGateway, decodeToSync, encodeToGateway, encodeToSync, type ToGateway, type ToSync } from './link'

const toSync: ToSync[] = [
  { op: 'open', connection: 'c1', request: { room: '7GQ4KX2M', token: 'a.b.c', lobby: true, since: 'e.4', again: true } },
  { op: 'text', connection: 'c1', text: '{"type": "CHAT_MESSAGE",\n "message": "two  spaces"}' },
  { op: 'text', connection: 'c1', text: '' },
  { op: 'closed', connection: 'c1', code: 1006 },
  { op: 'taken', connection: 'c1' },
  {
    op: 'adopt',
    adoption: { topic: 't~1', room: '7GQ4KX2M', epoch: 'e', seq: 9, released: false, connections: [['c1', 'pass']] },
  },
  { op: 'drained' },
  { op: 'beat', count: 7 },
]

const toGateway: ToGateway[] = [
  { op: 'admit', connection: 'c1', topic: 't', epoch: 'e', seq: 0, pass: 'p' },
  { op: 'renew', connection: 'c1', pass: 'p' },
  { op: 'publish', topic: 't', seq: 12, payload: '{"a": "b c"}' },
  { op: 'tell', topic: 't', payload: '{}' },
  { op: 'send', connection: 'c1', payload: 'x y z' },
  { op: 'page', connection: 'c1', place: 'e.4', payloads: ['{"a": "b c"}', '{}'] },
  { op: 'close', connection: 'c1', code: 4403, reason: 'not approved' },
  { op: 'drain' },
  { op: 'released', topic: 't', seq: 3 },
  { op: 'away', away: true },
  { op: 'away', away: false },
  { op: 'beat', count: 0 },
]

describe('link frames', () => {
  for (const frame of toSync) {
    test(`to sync, ${frame.op}: what is encoded is decoded`, () => {
      expect(decodeToSync(encodeToSync(frame))).toEqual(frame)
    })
  }

  for (const frame of toGateway) {
    test(`to a gateway, ${frame.op}: what is encoded is decoded`, () => {
      expect(decodeToGateway(encodeToGateway(frame))).toEqual(frame)
    })
  }

  test('what is not a frame is refused, and not repeated in the error: it may hold a token', () => {
    for (const text of ['', 'Z', 'Oc1', 'Pt', 'Pt x {}', 'Cc1 -1', 'Jc1 t e', 'Hx']) {
      expect(() => decodeToSync(text) && decodeToGateway(text)).toThrow(/^not a link frame: ".?"$/)
    }
  })
})
